-- Rules whose text nobody has verified, under which a coordinator lets families hear all the same.
CREATE TABLE allowed_rules (
  rule TEXT PRIMARY KEY NOT NULL,
  allowed_by BYTEA NOT NULL,
  allowed_at BIGINT NOT NULL
);
