DELETE FROM setting WHERE name = 'chain-filled';
DROP TABLE link;
