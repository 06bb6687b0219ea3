-- From when on an account needs a second factor for what only coordinators and advocates do. Those that are there have two weeks to hear of it.
ALTER TABLE accounts ADD COLUMN second_factor_due_at BIGINT NOT NULL DEFAULT 0;
UPDATE accounts SET second_factor_due_at = CAST(extract(epoch FROM now()) AS BIGINT) + 14 * 24 * 3600;
