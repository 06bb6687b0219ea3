-- What is sealed no statement opens: whoever goes back restores the backup that the upgrade made.
DROP TABLE claims;
CREATE TABLE claims (
  fact TEXT PRIMARY KEY NOT NULL,
  case_id BLOB NOT NULL,
  city TEXT,
  day TEXT NOT NULL,
  figure TEXT NOT NULL,
  value BIGINT NOT NULL,
  who TEXT NOT NULL,
  url TEXT,
  place TEXT
);
CREATE TABLE open_releases (
  id BLOB PRIMARY KEY NOT NULL,
  proposed_by BLOB NOT NULL,
  proposed_at BIGINT NOT NULL,
  released_by BLOB,
  released_at BIGINT,
  body TEXT NOT NULL
);
INSERT INTO open_releases SELECT id, proposed_by, proposed_at, released_by, released_at, body FROM releases WHERE body IS NOT NULL;
DROP TABLE releases;
ALTER TABLE open_releases RENAME TO releases;
