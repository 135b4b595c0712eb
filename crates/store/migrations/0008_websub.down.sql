DROP TABLE subscription;
