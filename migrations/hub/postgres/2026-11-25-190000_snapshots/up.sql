-- What a circle's feed has up to a number, told anew and shorter: for whoever begins. Sealed like everything here.
CREATE TABLE snapshots (
  circle BYTEA NOT NULL,
  upto BIGINT NOT NULL,
  part BIGINT NOT NULL,
  parts BIGINT NOT NULL,
  bytes BYTEA NOT NULL,
  PRIMARY KEY (circle, upto, part)
);
