DROP TABLE recovery_codes;
DROP TABLE second_factors;
DROP TABLE used_nonces;
CREATE TABLE sessions_before (
  token_hash BLOB PRIMARY KEY NOT NULL,
  device BLOB NOT NULL REFERENCES devices (id),
  person BLOB NOT NULL,
  created_at BIGINT NOT NULL
);
INSERT INTO sessions_before SELECT token_hash, sessions.device, person, renewed_at FROM session_tokens
  JOIN sessions ON sessions.device = session_tokens.device AND sessions.number = session_tokens.number WHERE ended_at IS NULL;
DROP TABLE session_tokens;
DROP TABLE sessions;
ALTER TABLE sessions_before RENAME TO sessions;
