-- Up to which entry of the organisation's log cases were erased whose bytes may still lie in the database's files: one row until they do not.
CREATE TABLE to_scour (
  entry BIGINT PRIMARY KEY NOT NULL
);
