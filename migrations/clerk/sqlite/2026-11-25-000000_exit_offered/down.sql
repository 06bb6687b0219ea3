ALTER TABLE cases DROP COLUMN exit_offered;
