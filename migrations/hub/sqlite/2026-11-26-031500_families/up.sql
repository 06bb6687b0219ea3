-- A session is a family of tokens, one family a device. `number` is the newest token that was ever used, since `used_ms` (milliseconds); a token
-- of a lower number is spent. Tokens of a higher one were given and not used yet.
ALTER TABLE sessions RENAME TO sessions_before;
CREATE TABLE sessions (
  device BLOB PRIMARY KEY NOT NULL REFERENCES devices (id),
  person BLOB NOT NULL,
  begun_at BIGINT NOT NULL,
  renewed_at BIGINT NOT NULL,
  number BIGINT NOT NULL,
  used_ms BIGINT NOT NULL,
  ended_at BIGINT
);
CREATE TABLE session_tokens (
  token_hash BLOB PRIMARY KEY NOT NULL,
  device BLOB NOT NULL REFERENCES sessions (device),
  number BIGINT NOT NULL
);
CREATE INDEX session_tokens_by_device ON session_tokens (device, number);
INSERT INTO sessions SELECT device, MIN(person), MAX(created_at), MAX(created_at), 0, 0, NULL FROM sessions_before GROUP BY device;
INSERT INTO session_tokens SELECT token_hash, device, 0 FROM sessions_before;
DROP TABLE sessions_before;

-- Nonces that were used, until they would have expired by themselves.
CREATE TABLE used_nonces (
  nonce BLOB PRIMARY KEY NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX used_nonces_by_time ON used_nonces (expires_at);

-- The secret of an authenticator app, sealed under what only the account's password gives.
CREATE TABLE second_factors (
  person BLOB PRIMARY KEY NOT NULL REFERENCES accounts (person),
  sealed BLOB NOT NULL,
  enrolled_at BIGINT NOT NULL,
  last_step BIGINT NOT NULL
);
CREATE TABLE recovery_codes (
  person BLOB NOT NULL REFERENCES accounts (person),
  code_hash BLOB NOT NULL,
  PRIMARY KEY (person, code_hash)
);
