-- Version 3: who may speak to the coordinator, until when, and who did what.

-- What operators did, each row bound to the one before it by its hash (coordinator/store/audit_chain.h has its
-- canonical form): a row that is changed, taken out or moved breaks the chain at its place.
CREATE TABLE audit (
  number    INTEGER PRIMARY KEY CHECK (number > 0),
  at        INTEGER NOT NULL,
  actor     TEXT NOT NULL CHECK (actor <> ''),
  action    TEXT NOT NULL CHECK (action <> ''),
  target    TEXT NOT NULL,
  detail    TEXT NOT NULL CHECK (json_valid(detail)),
  previous  BLOB NOT NULL CHECK (length(previous) = 32),
  hash      BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;
CREATE TRIGGER audit_is_final BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_stays BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_grows_at_its_end BEFORE INSERT ON audit
WHEN NEW.number <> coalesce((SELECT max(number) FROM audit), 0) + 1
BEGIN SELECT RAISE(ABORT, 'the audit log grows at its end only'); END;

-- A worker is its name; it may have several keys, each with its time. A key belongs to one worker for ever: one that
-- was revoked never comes back, as nobody knows who has it.
ALTER TABLE workers RENAME TO former_workers;
CREATE TABLE workers (
  name          TEXT NOT NULL PRIMARY KEY CHECK (name <> ''),
  created_at    INTEGER NOT NULL,
  revoked_at    INTEGER,
  last_seen_at  INTEGER
) STRICT;
INSERT INTO workers SELECT name, created_at, revoked_at, last_seen_at FROM former_workers;
CREATE TABLE worker_keys (
  public_key    TEXT NOT NULL PRIMARY KEY CHECK (length(public_key) = 40),
  worker        TEXT NOT NULL REFERENCES workers (name),
  added_at      INTEGER NOT NULL,
  not_before    INTEGER NOT NULL,
  expires_at    INTEGER CHECK (expires_at > not_before),
  revoked_at    INTEGER,
  last_used_at  INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX worker_keys_of_worker ON worker_keys (worker);
INSERT INTO worker_keys (public_key, worker, added_at, not_before, revoked_at)
  SELECT public_key, name, created_at, created_at, revoked_at FROM former_workers;
DROP TABLE former_workers;
