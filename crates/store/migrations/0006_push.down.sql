ALTER TABLE revision DROP COLUMN says_digest;
