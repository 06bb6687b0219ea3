DROP TABLE rotation;
ALTER TABLE cases DROP COLUMN person_lookup_next;
ALTER TABLE records DROP COLUMN name_sealed;
