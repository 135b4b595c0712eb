-- Which readings of an address say the same.

-- Derived: digest of what a reading says: its headline, text, byline and day. NULL in rows that
-- were written before; they are told apart by their text alone until they are read again.
ALTER TABLE revision ADD COLUMN says_digest TEXT;
