-- The clerk. Columns named *_sealed are sealed under the key in clerk.key, *_lookup are keyed hashes. What is in the clear
-- is what must be indexed or counted: where a case stands, in which city, on which day, when a verdict changes next.

-- The clerk's device: its state and its cases, sealed as a whole.
CREATE TABLE records (
  slot BLOB PRIMARY KEY NOT NULL,
  version BIGINT NOT NULL,
  bytes BLOB NOT NULL
);

-- `day` is the first day of custody by the place's calendar. `person_lookup` is equal for equal names.
CREATE TABLE cases (
  id BLOB PRIMARY KEY NOT NULL,
  title_sealed BLOB NOT NULL,
  person_lookup BLOB NOT NULL,
  status TEXT NOT NULL,
  city TEXT,
  day TEXT,
  disputes BIGINT NOT NULL,
  incomplete BIGINT NOT NULL,
  next_change BIGINT
);
CREATE INDEX cases_by_next_change ON cases (next_change);
CREATE INDEX cases_by_day ON cases (day, city);

-- `told_families` holds the verdict that families were last told of.
CREATE TABLE findings (
  case_id BLOB NOT NULL REFERENCES cases (id),
  rule TEXT NOT NULL,
  verdict TEXT NOT NULL,
  changes BIGINT NOT NULL,
  told_families TEXT,
  told_lawyers TEXT,
  PRIMARY KEY (case_id, rule)
);

CREATE TABLE case_people (
  case_id BLOB NOT NULL REFERENCES cases (id),
  person BLOB NOT NULL,
  PRIMARY KEY (case_id, person)
);

-- Where lawyers and coordinators want their alerts.
CREATE TABLE contacts (
  person BLOB PRIMARY KEY NOT NULL,
  address_sealed BLOB NOT NULL,
  lang TEXT NOT NULL
);

-- Families who ask. `state` is asked, confirmed, attached or stopped.
CREATE TABLE families (
  id BLOB PRIMARY KEY NOT NULL,
  request_sealed BLOB NOT NULL,
  address_lookup BLOB NOT NULL,
  lang TEXT NOT NULL,
  state TEXT NOT NULL,
  case_id BLOB,
  token_hash BLOB NOT NULL UNIQUE,
  confirm_until BIGINT NOT NULL,
  wrong_words BIGINT NOT NULL,
  locked_until BIGINT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE INDEX families_by_case ON families (case_id);

-- Mail to go out. Unique by what caused it and whom it is for, so nobody is told the same thing twice.
CREATE TABLE outbox (
  id BLOB PRIMARY KEY NOT NULL,
  event TEXT NOT NULL,
  recipient BLOB NOT NULL,
  mail_sealed BLOB NOT NULL,
  state TEXT NOT NULL,
  attempts BIGINT NOT NULL,
  next_attempt BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  UNIQUE (event, recipient)
);
CREATE INDEX outbox_due ON outbox (state, next_attempt);

-- What authorities and others have said in public.
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

-- Counts as they were published: fixed, and released by somebody other than whoever proposed them.
CREATE TABLE releases (
  id BLOB PRIMARY KEY NOT NULL,
  proposed_by BLOB NOT NULL,
  proposed_at BIGINT NOT NULL,
  released_by BLOB,
  released_at BIGINT,
  body TEXT NOT NULL
);
