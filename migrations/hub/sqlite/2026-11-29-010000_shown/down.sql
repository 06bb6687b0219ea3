ALTER TABLE devices DROP COLUMN shown_at;
ALTER TABLE devices DROP COLUMN log_shown;
