DROP TABLE counted;
DROP TABLE sealing_keys;
