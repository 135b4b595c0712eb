DROP INDEX entry_source;
DROP TABLE walk;
