-- Ways back into the past of a source: how far each has come, and why it ended.
CREATE TABLE walk (
    source_id BIGINT NOT NULL REFERENCES source (id),
    start_url TEXT NOT NULL,
    state TEXT NOT NULL,
    documents BIGINT NOT NULL,
    pages BIGINT NOT NULL,
    oldest_ms BIGINT,
    begun_ms BIGINT NOT NULL,
    ended_ms BIGINT,
    reason TEXT,
    PRIMARY KEY (source_id, start_url)
);
CREATE INDEX entry_source ON entry (source_id, id);
