-- What revoked devices had not brought, sealed, until a coordinator decides.
CREATE TABLE quarantine (
    id BLOB PRIMARY KEY,
    maker BLOB NOT NULL,
    changes BIGINT NOT NULL,
    received_at BIGINT NOT NULL,
    bytes BLOB NOT NULL
);
CREATE INDEX quarantine_by_maker ON quarantine (maker);
