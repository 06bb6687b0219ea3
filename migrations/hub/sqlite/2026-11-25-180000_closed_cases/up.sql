-- Nothing is taken under a secret that a revoked device knows: such a case is closed until it has another one.
ALTER TABLE cases ADD COLUMN closed BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX closed_cases ON cases (id) WHERE closed;
