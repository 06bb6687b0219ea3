-- What was done with the server, as a chain: each link is a hash over the one before and the entry. Nothing here names anybody but by an id.
CREATE TABLE audit (
  number BIGINT PRIMARY KEY NOT NULL,
  at BIGINT NOT NULL,
  actor TEXT NOT NULL,
  act TEXT NOT NULL,
  subjects TEXT NOT NULL,
  outcome TEXT NOT NULL,
  link BLOB NOT NULL
);
-- Its head, one row: whoever writes locks it.
CREATE TABLE audit_head (
  id BIGINT PRIMARY KEY NOT NULL,
  number BIGINT NOT NULL,
  link BLOB NOT NULL
);
INSERT INTO audit_head (id, number, link) VALUES (0, 0, zeroblob(32));
-- What may come again and again, such as what is refused, and is told once an hour with how often: a flood becomes a number.
CREATE TABLE audit_counted (
  actor TEXT NOT NULL,
  act TEXT NOT NULL,
  subjects TEXT NOT NULL,
  since BIGINT NOT NULL,
  count BIGINT NOT NULL,
  PRIMARY KEY (actor, act, subjects)
);
