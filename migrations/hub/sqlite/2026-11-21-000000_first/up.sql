-- The hub: who may sign in, what the organisation's log says, and feeds of sealed changes. Nothing here opens a case.
-- Ids are sixteen bytes, instants are seconds since 1970.

CREATE TABLE settings (
  name TEXT PRIMARY KEY NOT NULL,
  value BLOB NOT NULL
);

CREATE TABLE accounts (
  person BLOB PRIMARY KEY NOT NULL,
  name TEXT NOT NULL UNIQUE,
  password TEXT NOT NULL,
  role TEXT NOT NULL,
  created_at BIGINT NOT NULL
);

CREATE TABLE invitations (
  token_hash BLOB PRIMARY KEY NOT NULL,
  person BLOB NOT NULL,
  role TEXT NOT NULL,
  expires_at BIGINT NOT NULL,
  used_at BIGINT
);

CREATE TABLE devices (
  id BLOB PRIMARY KEY NOT NULL,
  person BLOB NOT NULL REFERENCES accounts (person),
  keys BLOB NOT NULL,
  proof BLOB NOT NULL,
  registered_at BIGINT NOT NULL
);

CREATE TABLE sessions (
  token_hash BLOB PRIMARY KEY NOT NULL,
  device BLOB NOT NULL REFERENCES devices (id),
  person BLOB NOT NULL,
  created_at BIGINT NOT NULL
);

CREATE TABLE log_entries (
  number BIGINT PRIMARY KEY NOT NULL,
  bytes BLOB NOT NULL
);

-- `items` counts what the case holds; updating it locks the case.
CREATE TABLE cases (
  id BLOB PRIMARY KEY NOT NULL,
  opened_by BLOB NOT NULL,
  opened_at BIGINT NOT NULL,
  epoch BIGINT NOT NULL,
  items BIGINT NOT NULL
);

CREATE TABLE case_circles (
  case_id BLOB NOT NULL REFERENCES cases (id),
  circle BLOB NOT NULL,
  PRIMARY KEY (case_id, circle)
);

-- Wraps and envelopes in the order in which they came. `name` tells one from another within a case: an envelope's id with
-- the device that pushed it, or a wrap's circle and epochs.
CREATE TABLE case_items (
  case_id BLOB NOT NULL REFERENCES cases (id),
  position BIGINT NOT NULL,
  kind TEXT NOT NULL,
  name BLOB NOT NULL,
  bytes BLOB NOT NULL,
  received_at BIGINT NOT NULL,
  PRIMARY KEY (case_id, position)
);
CREATE UNIQUE INDEX case_items_by_name ON case_items (case_id, name);

-- One feed a circle. Updating the row allocates the next number and locks the feed.
CREATE TABLE feeds (
  circle BLOB PRIMARY KEY NOT NULL,
  generation BLOB NOT NULL,
  counter BIGINT NOT NULL,
  chain BLOB NOT NULL
);

CREATE TABLE feed_items (
  circle BLOB NOT NULL,
  seq BIGINT NOT NULL,
  case_id BLOB NOT NULL,
  position BIGINT NOT NULL,
  chain BLOB NOT NULL,
  PRIMARY KEY (circle, seq)
);
