-- A keyed hash that only the key makes under which this database is sealed: another key is refused before it writes anything.
CREATE TABLE sealing_keys (
  id BYTEA PRIMARY KEY NOT NULL
);

-- When the clerk last had counted everything, at most a minute ago: known also while nobody has the key.
CREATE TABLE counted (
  at BIGINT PRIMARY KEY NOT NULL
);
