-- The article of a page as it is read when a later page of its address is: two texts are compared as
-- one reader has them, so that nobody's furniture is taken for an edit.
ALTER TABLE revision ADD COLUMN again_doc TEXT;
