DROP INDEX closed_cases;
ALTER TABLE cases DROP COLUMN closed;
