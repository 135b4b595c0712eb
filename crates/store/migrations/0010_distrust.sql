-- Whether a document's validators were seen to stay while it changed: it is asked for whole since.
ALTER TABLE feed ADD COLUMN validators_lie BIGINT NOT NULL DEFAULT 0;
