-- One dialect for SQLite and PostgreSQL: BIGINT, DOUBLE PRECISION and TEXT only, times as
-- milliseconds since 1970, JSON as TEXT, numbers for new rows from `counter`.

CREATE TABLE counter (name TEXT PRIMARY KEY, value BIGINT NOT NULL);
INSERT INTO counter (name, value) VALUES
    ('source', 0), ('feed', 0), ('address', 0), ('entry', 0), ('page', 0), ('segment', 0),
    ('change', 0), ('job', 0);

CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);

-- Publishers.
CREATE TABLE source (
    id BIGINT PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    names TEXT NOT NULL,
    home TEXT NOT NULL,
    lang TEXT,
    kind TEXT,
    publisher_group TEXT,
    display TEXT NOT NULL,
    all_in BIGINT NOT NULL,
    zone TEXT,
    listed BIGINT NOT NULL
);
CREATE TABLE source_host (
    host TEXT PRIMARY KEY,
    source_id BIGINT NOT NULL REFERENCES source (id)
);

-- Documents that are polled, and what the last poll told.
CREATE TABLE feed (
    id BIGINT PRIMARY KEY,
    source_id BIGINT NOT NULL REFERENCES source (id),
    url TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    listed BIGINT NOT NULL,
    etag TEXT,
    last_modified TEXT,
    body_digest TEXT,
    polled_ms BIGINT,
    changed_ms BIGINT,
    failures BIGINT NOT NULL,
    last_error TEXT
);

-- Every address that was ever kept or announced.
CREATE TABLE address (
    id BIGINT PRIMARY KEY,
    url TEXT NOT NULL UNIQUE,
    source_id BIGINT NOT NULL REFERENCES source (id)
);

-- The archive: segments of WARC records, and the pages in them.
CREATE TABLE segment (
    id BIGINT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    bytes BIGINT NOT NULL,
    sealed BIGINT NOT NULL
);
CREATE TABLE page (
    id BIGINT PRIMARY KEY,
    address_id BIGINT NOT NULL REFERENCES address (id),
    fetched_ms BIGINT NOT NULL,
    status BIGINT,
    headers TEXT NOT NULL,
    digest TEXT NOT NULL,
    body_bytes BIGINT NOT NULL,
    via TEXT NOT NULL,
    segment_id BIGINT NOT NULL REFERENCES segment (id),
    record_offset BIGINT NOT NULL,
    record_bytes BIGINT NOT NULL,
    outcome TEXT,
    outcome_reason TEXT,
    read_by BIGINT
);
CREATE INDEX page_address ON page (address_id, id);

-- Derived from here on.

-- Items of feeds, each with the page (a feed document) that it was first seen in.
CREATE TABLE entry (
    id BIGINT PRIMARY KEY,
    source_id BIGINT NOT NULL REFERENCES source (id),
    key TEXT NOT NULL,
    address_id BIGINT NOT NULL REFERENCES address (id),
    page_id BIGINT NOT NULL REFERENCES page (id),
    title TEXT NOT NULL,
    author TEXT,
    published_raw TEXT,
    published TEXT,
    UNIQUE (source_id, key)
);
CREATE INDEX entry_address ON entry (address_id, page_id);

CREATE TABLE revision (
    article_id BIGINT NOT NULL,
    page_id BIGINT NOT NULL REFERENCES page (id),
    text_digest TEXT NOT NULL,
    doc TEXT NOT NULL,
    PRIMARY KEY (article_id, page_id)
);

CREATE TABLE article (
    id BIGINT PRIMARY KEY REFERENCES address (id),
    source_id BIGINT NOT NULL REFERENCES source (id),
    first_page_id BIGINT NOT NULL REFERENCES page (id),
    page_id BIGINT NOT NULL REFERENCES page (id),
    title TEXT NOT NULL,
    lang TEXT,
    byline TEXT,
    excerpt TEXT NOT NULL,
    published TEXT,
    sort_ms BIGINT NOT NULL,
    updated TEXT,
    word_count BIGINT NOT NULL,
    text_digest TEXT NOT NULL,
    confidence DOUBLE PRECISION NOT NULL,
    belongs BIGINT NOT NULL,
    belongs_why TEXT NOT NULL,
    gone_ms BIGINT,
    revisions BIGINT NOT NULL,
    story_id BIGINT,
    story_why TEXT,
    copy_of BIGINT,
    copy TEXT
);
CREATE INDEX article_story ON article (story_id, sort_ms);
CREATE INDEX article_source ON article (source_id, sort_ms);
CREATE INDEX article_sort ON article (sort_ms, id);

CREATE TABLE story (
    id BIGINT PRIMARY KEY,
    article_id BIGINT NOT NULL,
    first_ms BIGINT NOT NULL,
    last_ms BIGINT NOT NULL,
    rank_ms BIGINT NOT NULL,
    articles BIGINT NOT NULL,
    sources BIGINT NOT NULL
);
CREATE INDEX story_rank ON story (rank_ms, id);

-- What changed, under one running number that views follow.
CREATE TABLE change (
    seq BIGINT PRIMARY KEY,
    kind TEXT NOT NULL,
    subject_id BIGINT NOT NULL
);
CREATE TABLE view_position (name TEXT PRIMARY KEY, position BIGINT NOT NULL);

CREATE TABLE job (
    id BIGINT PRIMARY KEY,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    payload TEXT NOT NULL,
    priority BIGINT NOT NULL,
    run_at_ms BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    dead BIGINT NOT NULL,
    lease_owner TEXT,
    lease_until_ms BIGINT,
    last_error TEXT,
    UNIQUE (kind, key)
);
CREATE INDEX job_due ON job (kind, dead, priority, id);
