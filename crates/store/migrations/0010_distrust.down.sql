ALTER TABLE feed DROP COLUMN validators_lie;
