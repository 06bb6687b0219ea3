-- One link by which so many people join until some instant; `joined` of them have. When it is closed, `until` is that instant.
CREATE TABLE intakes (
  token_hash BYTEA PRIMARY KEY NOT NULL,
  opened_by BYTEA NOT NULL,
  opened_at BIGINT NOT NULL,
  until BIGINT NOT NULL,
  people BIGINT NOT NULL,
  joined BIGINT NOT NULL
);
-- Since when a coordinator does not let somebody in who has made an account.
ALTER TABLE accounts ADD COLUMN refused_at BIGINT;
