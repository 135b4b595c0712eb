-- Derived: the picture beside a link that was taken for an entry, and why it was.
ALTER TABLE entry ADD COLUMN picture TEXT;
ALTER TABLE entry ADD COLUMN reason TEXT;
