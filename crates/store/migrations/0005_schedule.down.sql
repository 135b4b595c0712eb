DROP INDEX entry_page;
ALTER TABLE feed DROP COLUMN moved_seen;
ALTER TABLE feed DROP COLUMN moved_ms;
ALTER TABLE feed DROP COLUMN moved_url;
ALTER TABLE feed DROP COLUMN next_ms;
ALTER TABLE feed DROP COLUMN failing_ms;
ALTER TABLE feed DROP COLUMN failure_class;
ALTER TABLE feed DROP COLUMN rhythm;
