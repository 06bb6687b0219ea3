-- The hub: who may sign in, what the organisation's log says, and feeds of sealed changes. Nothing here opens a case.
-- Ids are sixteen bytes, instants are seconds since 1970.

CREATE TABLE settings (
  name TEXT PRIMARY KEY NOT NULL,
  value BYTEA NOT NULL
);

CREATE TABLE accounts (
  person BYTEA PRIMARY KEY NOT NULL,
  name TEXT NOT NULL UNIQUE,
  password TEXT NOT NULL,
  role TEXT NOT NULL,
  created_at BIGINT NOT NULL
);

CREATE TABLE invitations (
  token_hash BYTEA PRIMARY KEY NOT NULL,
  person BYTEA NOT NULL,
  role TEXT NOT NULL,
  expires_at BIGINT NOT NULL,
  used_at BIGINT
);

CREATE TABLE devices (
  id BYTEA PRIMARY KEY NOT NULL,
  person BYTEA NOT NULL REFERENCES accounts (person),
  keys BYTEA NOT NULL,
  proof BYTEA NOT NULL,
  registered_at BIGINT NOT NULL
);

CREATE TABLE sessions (
  token_hash BYTEA PRIMARY KEY NOT NULL,
  device BYTEA NOT NULL REFERENCES devices (id),
  person BYTEA NOT NULL,
  created_at BIGINT NOT NULL
);

CREATE TABLE log_entries (
  number BIGINT PRIMARY KEY NOT NULL,
  bytes BYTEA NOT NULL
);

-- `items` counts what the case holds; updating it locks the case.
CREATE TABLE cases (
  id BYTEA PRIMARY KEY NOT NULL,
  opened_by BYTEA NOT NULL,
  opened_at BIGINT NOT NULL,
  epoch BIGINT NOT NULL,
  items BIGINT NOT NULL
);

CREATE TABLE case_circles (
  case_id BYTEA NOT NULL REFERENCES cases (id),
  circle BYTEA NOT NULL,
  PRIMARY KEY (case_id, circle)
);

-- Wraps and envelopes in the order in which they came. `name` tells one from another within a case: an envelope's id with
-- the device that pushed it, or a wrap's circle and epochs.
CREATE TABLE case_items (
  case_id BYTEA NOT NULL REFERENCES cases (id),
  position BIGINT NOT NULL,
  kind TEXT NOT NULL,
  name BYTEA NOT NULL,
  bytes BYTEA NOT NULL,
  received_at BIGINT NOT NULL,
  PRIMARY KEY (case_id, position)
);
CREATE UNIQUE INDEX case_items_by_name ON case_items (case_id, name);

-- One feed a circle. Updating the row allocates the next number and locks the feed.
CREATE TABLE feeds (
  circle BYTEA PRIMARY KEY NOT NULL,
  generation BYTEA NOT NULL,
  counter BIGINT NOT NULL,
  chain BYTEA NOT NULL
);

CREATE TABLE feed_items (
  circle BYTEA NOT NULL,
  seq BIGINT NOT NULL,
  case_id BYTEA NOT NULL,
  position BIGINT NOT NULL,
  chain BYTEA NOT NULL,
  PRIMARY KEY (circle, seq)
);
