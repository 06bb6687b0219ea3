-- Who said what in public, and where it can be read, is sealed; so is a count until somebody has released it. What an earlier version wrote in the
-- clear the clerk seals when it is next opened with its key.
CREATE TABLE sealed_claims (
  fact BLOB PRIMARY KEY NOT NULL,
  case_id BLOB NOT NULL,
  day TEXT NOT NULL,
  claim TEXT,
  claim_sealed BLOB
);
INSERT INTO sealed_claims (fact, case_id, day, claim) SELECT CAST(fact AS BLOB), case_id, day, json_object('day', day, 'city', city, 'scope', place, 'figure', figure, 'value', value, 'who', who, 'url', url) FROM claims;
DROP TABLE claims;
ALTER TABLE sealed_claims RENAME TO claims;
CREATE INDEX claims_by_day ON claims (day);
CREATE INDEX claims_by_case ON claims (case_id);

CREATE TABLE sealed_releases (
  id BLOB PRIMARY KEY NOT NULL,
  proposed_by BLOB NOT NULL,
  proposed_at BIGINT NOT NULL,
  released_by BLOB,
  released_at BIGINT,
  body TEXT,
  body_sealed BLOB
);
INSERT INTO sealed_releases (id, proposed_by, proposed_at, released_by, released_at, body)
  SELECT id, proposed_by, proposed_at, released_by, released_at, body FROM releases;
DROP TABLE releases;
ALTER TABLE sealed_releases RENAME TO releases;
