ALTER TABLE entry DROP COLUMN post;
ALTER TABLE entry DROP COLUMN summary;
DROP INDEX article_permalink;
ALTER TABLE article DROP COLUMN permalink;
ALTER TABLE feed DROP COLUMN learned;
ALTER TABLE feed DROP COLUMN links;
