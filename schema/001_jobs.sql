-- The coordinator's database, version 1. Times are milliseconds since 1970 (UTC). Names of states and outcomes are
-- those of coordinator/job.h and coordinator/job_changes.h; a test holds them together.

CREATE TABLE tenants (
  id          TEXT NOT NULL PRIMARY KEY CHECK (id <> ''),
  created_at  INTEGER NOT NULL
) STRICT;
INSERT INTO tenants (id, created_at) VALUES ('default', unixepoch() * 1000);

-- Which state may follow which.
CREATE TABLE job_transitions (
  from_state  TEXT NOT NULL,
  to_state    TEXT NOT NULL,
  PRIMARY KEY (from_state, to_state)
) STRICT, WITHOUT ROWID;
INSERT INTO job_transitions VALUES
  ('queued', 'leased'), ('queued', 'failed'), ('queued', 'cancelled'),
  ('leased', 'queued'), ('leased', 'succeeded'), ('leased', 'failed'), ('leased', 'cancelled'),
  ('failed', 'queued');

CREATE TABLE jobs (
  id                TEXT NOT NULL PRIMARY KEY CHECK (id <> ''),
  tenant            TEXT NOT NULL REFERENCES tenants (id),
  state             TEXT NOT NULL CHECK (state IN ('queued', 'leased', 'succeeded', 'failed', 'cancelled')),
  spec              TEXT NOT NULL CHECK (json_valid(spec)),
  priority          INTEGER NOT NULL CHECK (priority BETWEEN -10 AND 10),
  deadline          INTEGER,
  metadata          TEXT NOT NULL CHECK (json_valid(metadata)),
  created_at        INTEGER NOT NULL,
  updated_at        INTEGER NOT NULL,
  started_at        INTEGER,
  finished_at       INTEGER,
  epoch             INTEGER NOT NULL CHECK (epoch >= 0),
  attempts          INTEGER NOT NULL CHECK (attempts BETWEEN 0 AND epoch),
  worker            TEXT NOT NULL,
  cancel_requested  INTEGER NOT NULL CHECK (cancel_requested IN (0, 1)),
  error             TEXT CHECK (error IS NULL OR json_valid(error)),
  audio             TEXT CHECK (audio IS NULL OR json_valid(audio)),
  warnings          TEXT NOT NULL CHECK (json_valid(warnings)),
  CHECK ((finished_at IS NOT NULL) = (state IN ('succeeded', 'failed', 'cancelled'))),
  CHECK ((audio IS NOT NULL) = (state = 'succeeded')),
  CHECK (state <> 'failed' OR error IS NOT NULL),
  CHECK (state <> 'leased' OR (epoch > 0 AND worker <> '' AND started_at IS NOT NULL))
) STRICT;

CREATE INDEX jobs_live ON jobs (state) WHERE state IN ('queued', 'leased');
CREATE INDEX jobs_newest ON jobs (created_at, id);
CREATE INDEX jobs_newest_by_state ON jobs (state, created_at, id);
CREATE INDEX jobs_newest_of_tenant ON jobs (tenant, created_at, id);
CREATE INDEX jobs_newest_of_tenant_by_state ON jobs (tenant, state, created_at, id);

CREATE TRIGGER jobs_state_transition BEFORE UPDATE OF state ON jobs
WHEN NEW.state <> OLD.state AND NOT EXISTS (
  SELECT 1 FROM job_transitions WHERE from_state = OLD.state AND to_state = NEW.state)
BEGIN SELECT RAISE(ABORT, 'this job state may not follow'); END;

CREATE TRIGGER jobs_epoch_rises BEFORE UPDATE OF epoch ON jobs WHEN NEW.epoch < OLD.epoch
BEGIN SELECT RAISE(ABORT, 'the epoch of a job never falls'); END;

-- One row a lease.
CREATE TABLE attempts (
  job         TEXT NOT NULL REFERENCES jobs (id),
  epoch       INTEGER NOT NULL CHECK (epoch > 0),
  worker      TEXT NOT NULL,
  started_at  INTEGER NOT NULL,
  ended_at    INTEGER,
  outcome     TEXT CHECK (outcome IN
                ('succeeded', 'failed', 'expired', 'stalled', 'forgotten', 'returned', 'cancelled')),
  error       TEXT CHECK (error IS NULL OR json_valid(error)),
  PRIMARY KEY (job, epoch),
  CHECK ((ended_at IS NULL) = (outcome IS NULL))
) STRICT, WITHOUT ROWID;

-- The history of every job; lines are only ever added.
CREATE TABLE events (
  number  INTEGER PRIMARY KEY,
  job     TEXT NOT NULL REFERENCES jobs (id),
  at      INTEGER NOT NULL,
  kind    TEXT NOT NULL CHECK (kind <> ''),
  detail  TEXT NOT NULL CHECK (json_valid(detail))
) STRICT;
CREATE INDEX events_of_job ON events (job, number);
CREATE TRIGGER events_are_final BEFORE UPDATE ON events
BEGIN SELECT RAISE(ABORT, 'history is append-only'); END;
CREATE TRIGGER events_stay BEFORE DELETE ON events
BEGIN SELECT RAISE(ABORT, 'history is append-only'); END;

-- What a client's Idempotency-Key stands for until it expires.
CREATE TABLE idempotency (
  tenant       TEXT NOT NULL REFERENCES tenants (id),
  key          TEXT NOT NULL CHECK (key <> ''),
  body_sha256  BLOB NOT NULL CHECK (length(body_sha256) = 32),
  job          TEXT NOT NULL REFERENCES jobs (id),
  expires_at   INTEGER NOT NULL,
  PRIMARY KEY (tenant, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_by_expiry ON idempotency (expires_at);

CREATE TABLE api_keys (
  id             TEXT NOT NULL PRIMARY KEY CHECK (id <> ''),
  tenant         TEXT NOT NULL REFERENCES tenants (id),
  secret_sha256  BLOB NOT NULL UNIQUE CHECK (length(secret_sha256) = 32),
  label          TEXT NOT NULL,
  created_at     INTEGER NOT NULL,
  last_used_at   INTEGER,
  revoked_at     INTEGER
) STRICT;

CREATE TABLE workers (
  name          TEXT NOT NULL PRIMARY KEY CHECK (name <> ''),
  public_key    TEXT NOT NULL UNIQUE CHECK (length(public_key) = 40),
  created_at    INTEGER NOT NULL,
  revoked_at    INTEGER,
  last_seen_at  INTEGER
) STRICT;
