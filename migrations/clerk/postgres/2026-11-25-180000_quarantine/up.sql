-- What revoked devices had not brought, sealed, until a coordinator decides.
CREATE TABLE quarantine (
    id BYTEA PRIMARY KEY,
    maker BYTEA NOT NULL,
    changes BIGINT NOT NULL,
    received_at BIGINT NOT NULL,
    bytes BYTEA NOT NULL
);
CREATE INDEX quarantine_by_maker ON quarantine (maker);
