-- What a polled document's next poll rests on: its rhythm, how it fails and since when, where it has
-- moved for good and how often it said so.
ALTER TABLE feed ADD COLUMN rhythm TEXT;
ALTER TABLE feed ADD COLUMN failure_class TEXT;
ALTER TABLE feed ADD COLUMN failing_ms BIGINT;
ALTER TABLE feed ADD COLUMN next_ms BIGINT;
ALTER TABLE feed ADD COLUMN moved_url TEXT;
ALTER TABLE feed ADD COLUMN moved_ms BIGINT;
ALTER TABLE feed ADD COLUMN moved_seen BIGINT NOT NULL DEFAULT 0;
CREATE INDEX entry_page ON entry (page_id);
