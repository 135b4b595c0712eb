-- What was seen when: one link for each answer that was kept or found unchanged, each with the hash
-- of the one before it in its own. Its record stands in the archive's segments, and that of the
-- request behind it, as the last of its bytes.
CREATE TABLE link (
    seq BIGINT PRIMARY KEY,
    kind TEXT NOT NULL,
    seen_ms BIGINT NOT NULL,
    address_id BIGINT NOT NULL REFERENCES address (id),
    page_id BIGINT NOT NULL REFERENCES page (id),
    status BIGINT,
    digest TEXT NOT NULL,
    record_digest TEXT NOT NULL,
    segment_id BIGINT NOT NULL REFERENCES segment (id),
    record_offset BIGINT NOT NULL,
    record_bytes BIGINT NOT NULL,
    request_bytes BIGINT NOT NULL,
    hash TEXT NOT NULL
);
