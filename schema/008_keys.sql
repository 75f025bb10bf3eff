-- Keys of clients and of operators: what they may do, until when, and which key takes their place. The names in
-- `scopes` are those of coordinator/access_key.h; a scope that is not known allows nothing.

CREATE TABLE access_keys (
  id             TEXT NOT NULL PRIMARY KEY CHECK (id <> ''),
  tenant         TEXT REFERENCES tenants (id),  -- of a client's key: whose jobs it sees
  operator       TEXT CHECK (operator <> ''),   -- of an operator's key: the actor of the audit log
  secret_sha256  BLOB NOT NULL UNIQUE CHECK (length(secret_sha256) = 32),
  label          TEXT NOT NULL,
  scopes         TEXT NOT NULL CHECK (scopes <> ''),  -- with commas between them
  created_at     INTEGER NOT NULL,
  expires_at     INTEGER,
  last_used_at   INTEGER,
  revoked_at     INTEGER,
  successor      TEXT REFERENCES access_keys (id),
  CHECK ((tenant IS NULL) <> (operator IS NULL))
) STRICT;

-- Keys from before scopes could do everything that a client can.
INSERT INTO access_keys (id, tenant, secret_sha256, label, scopes, created_at, last_used_at, revoked_at)
  SELECT id, tenant, secret_sha256, label, 'jobs:read,jobs:write', created_at, last_used_at, revoked_at FROM api_keys;
DROP TABLE api_keys;
