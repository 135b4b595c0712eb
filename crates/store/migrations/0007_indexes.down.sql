DROP INDEX address_source;
