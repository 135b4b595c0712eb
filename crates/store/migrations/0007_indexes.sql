-- The first pages of a source are asked for whenever it is met anew.
CREATE INDEX address_source ON address (source_id);
