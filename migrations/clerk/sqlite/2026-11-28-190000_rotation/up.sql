-- Another key for the clerk: while it is exchanged, rows under both are there.
-- A record lies where a keyed hash of its name says; its name, sealed, says where it lies under the next key. Records that were written
-- before have none until they are written again.
ALTER TABLE records ADD COLUMN name_sealed BLOB;
-- The person's keyed hash under the next key. Counts compare hashes, so all of them turn at once, in the end.
ALTER TABLE cases ADD COLUMN person_lookup_next BLOB;
-- The exchange under way, one row: the key before, sealed under the next one, and how far it has come.
CREATE TABLE rotation (
  id BIGINT PRIMARY KEY NOT NULL,
  previous_sealed BLOB,
  place TEXT NOT NULL,
  position BLOB NOT NULL
);
