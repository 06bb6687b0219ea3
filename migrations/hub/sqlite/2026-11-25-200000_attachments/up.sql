-- Photographs and papers beside a case, in sealed pieces. Each device has its own: nobody displaces what somebody else has brought.
CREATE TABLE attachment_pieces (
  case_id BLOB NOT NULL REFERENCES cases (id),
  attachment BLOB NOT NULL,
  device BLOB NOT NULL,
  number BIGINT NOT NULL,
  bytes BLOB NOT NULL,
  received_at BIGINT NOT NULL,
  PRIMARY KEY (case_id, attachment, device, number)
);
-- How many bytes of them the case has.
ALTER TABLE cases ADD COLUMN attached BIGINT NOT NULL DEFAULT 0;
