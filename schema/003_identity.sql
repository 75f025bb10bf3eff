-- Version 3: who did what.

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
