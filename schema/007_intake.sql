-- Whether an operator has paused the intake of jobs: one row. Times are milliseconds since 1970 (UTC).

CREATE TABLE intake (
  id         INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
  paused_at  INTEGER,
  reason     TEXT NOT NULL,
  CHECK (paused_at IS NOT NULL OR reason = '')
) STRICT;
INSERT INTO intake (id, paused_at, reason) VALUES (1, NULL, '');
