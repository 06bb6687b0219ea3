-- The most of the log that a device has shown in an exchange, by the number of the first entry that it lacked, and since when.
ALTER TABLE devices ADD COLUMN log_shown BIGINT NOT NULL DEFAULT 0;
ALTER TABLE devices ADD COLUMN shown_at BIGINT NOT NULL DEFAULT 0;
