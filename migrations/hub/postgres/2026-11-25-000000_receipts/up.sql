-- What each device was last told for what it has brought. Who shows another one was told so by a history that is no more here; `before`
-- is for whoever did not hear the last answer.
CREATE TABLE receipts (
  device BYTEA PRIMARY KEY NOT NULL,
  receipt BYTEA NOT NULL,
  before BYTEA NOT NULL
);
