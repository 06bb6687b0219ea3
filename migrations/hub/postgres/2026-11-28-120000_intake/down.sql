ALTER TABLE accounts DROP COLUMN refused_at;
DROP TABLE intakes;
