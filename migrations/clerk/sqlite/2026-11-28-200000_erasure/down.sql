DROP TABLE to_scour;
