DROP TABLE host_pause;
