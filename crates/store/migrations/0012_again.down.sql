ALTER TABLE revision DROP COLUMN again_doc;
