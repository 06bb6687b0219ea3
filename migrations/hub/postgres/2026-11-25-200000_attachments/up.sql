-- Photographs and papers beside a case, in sealed pieces. Each device has its own: nobody displaces what somebody else has brought.
CREATE TABLE attachment_pieces (
  case_id BYTEA NOT NULL REFERENCES cases (id),
  attachment BYTEA NOT NULL,
  device BYTEA NOT NULL,
  number BIGINT NOT NULL,
  bytes BYTEA NOT NULL,
  received_at BIGINT NOT NULL,
  PRIMARY KEY (case_id, attachment, device, number)
);
-- How many bytes of them the case has.
ALTER TABLE cases ADD COLUMN attached BIGINT NOT NULL DEFAULT 0;
