DROP INDEX page_announced;
ALTER TABLE page DROP COLUMN announced_id;
