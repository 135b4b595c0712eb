-- Polled documents of more kinds than feeds and sitemaps.

-- The pattern that addresses of entries have to fit, as the edition gives it.
ALTER TABLE feed ADD COLUMN links TEXT;
-- Derived: what the document's pages that were read so far have taught of it, as JSON.
ALTER TABLE feed ADD COLUMN learned TEXT;

-- Where readers find an article whose page was asked for at another address, as posts are.
ALTER TABLE article ADD COLUMN permalink TEXT;
CREATE INDEX article_permalink ON article (permalink);
-- What an entry says of itself beside its title.
ALTER TABLE entry ADD COLUMN summary TEXT;
-- The kind of post that an entry's page is, where it is no HTML article.
ALTER TABLE entry ADD COLUMN post TEXT;
