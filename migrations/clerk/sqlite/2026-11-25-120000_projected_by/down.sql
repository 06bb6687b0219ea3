DROP TABLE projected;
