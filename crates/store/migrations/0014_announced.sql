-- The address that was announced and led to a page by redirects: what feeds said of it is said of the page.
ALTER TABLE page ADD COLUMN announced_id BIGINT REFERENCES address (id);
CREATE INDEX page_announced ON page (announced_id);
