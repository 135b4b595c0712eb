-- Pauses that hosts asked for: they hold for the next process too.
CREATE TABLE host_pause (site TEXT PRIMARY KEY, until_ms BIGINT NOT NULL);
