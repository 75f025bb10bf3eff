-- Webhooks: who is told of what, and what is still to be told. What a job went through is written down here by the
-- trigger at the end, in the transaction of the job itself. Names of events are those of coordinator/webhook.h; a
-- test holds them together.

CREATE TABLE webhook_endpoints (
  id               TEXT NOT NULL PRIMARY KEY CHECK (id <> ''),
  tenant           TEXT NOT NULL REFERENCES tenants (id),
  url              TEXT NOT NULL CHECK (url <> ''),
  description      TEXT NOT NULL,
  secret           TEXT NOT NULL,              -- sealed (common/sealing_key.h), for this id
  previous_secret  TEXT,                       -- signs as well, until previous_until
  previous_until   INTEGER,
  enabled          INTEGER NOT NULL CHECK (enabled IN (0, 1)),
  disabled_reason  TEXT NOT NULL,
  created_at       INTEGER NOT NULL,
  failures         INTEGER NOT NULL DEFAULT 0, -- attempts without an answer of 2xx since the last one
  failing_since    INTEGER,
  rests_until      INTEGER,                    -- nothing is sent before
  CHECK ((previous_secret IS NULL) = (previous_until IS NULL)),
  CHECK ((failures > 0) = (failing_since IS NOT NULL)),
  CHECK (enabled = 0 OR disabled_reason = '')
) STRICT;
CREATE INDEX webhook_endpoints_of_tenant ON webhook_endpoints (tenant);

CREATE TABLE webhook_subscriptions (
  endpoint  TEXT NOT NULL REFERENCES webhook_endpoints (id) ON DELETE CASCADE,
  event     TEXT NOT NULL CHECK (event IN ('job.leased', 'job.succeeded', 'job.failed', 'job.cancelled')),
  PRIMARY KEY (endpoint, event)
) STRICT, WITHOUT ROWID;

-- One row a message and endpoint; the id is the webhook-id of every attempt to deliver it.
CREATE TABLE webhook_deliveries (
  number      INTEGER PRIMARY KEY,
  id          TEXT NOT NULL UNIQUE CHECK (id <> ''),
  endpoint    TEXT NOT NULL REFERENCES webhook_endpoints (id) ON DELETE CASCADE,
  job         TEXT NOT NULL,                   -- may be gone by now
  event       TEXT NOT NULL,
  created_at  INTEGER NOT NULL,
  facts       TEXT NOT NULL CHECK (json_valid(facts)),
  state       TEXT NOT NULL CHECK (state IN ('waiting', 'delivered', 'failed')),
  attempts    INTEGER NOT NULL,
  next_at     INTEGER,
  ended_at    INTEGER,
  tried_at    INTEGER,                         -- the last attempt, and what came of it
  status      INTEGER,
  problem     TEXT NOT NULL DEFAULT '',
  CHECK ((next_at IS NOT NULL) = (state = 'waiting')),
  CHECK ((ended_at IS NULL) = (state = 'waiting'))
) STRICT;
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (endpoint, next_at, number) WHERE state = 'waiting';
CREATE INDEX webhook_deliveries_waiting ON webhook_deliveries (created_at) WHERE state = 'waiting';
CREATE INDEX webhook_deliveries_of_endpoint ON webhook_deliveries (endpoint, number);
CREATE INDEX webhook_deliveries_of_job ON webhook_deliveries (job);
CREATE INDEX webhook_deliveries_ended ON webhook_deliveries (ended_at) WHERE state <> 'waiting';

-- Whatever changes a job's state: no event is lost, and none tells of what was not committed. Neither prompt nor lyrics
-- are among the facts.
CREATE TRIGGER jobs_tell_webhooks AFTER UPDATE OF state ON jobs
WHEN NEW.state <> OLD.state AND NEW.state <> 'queued'
BEGIN
  INSERT INTO webhook_deliveries (id, endpoint, job, event, created_at, facts, state, attempts, next_at)
  SELECT 'msg_' || lower(hex(randomblob(16))), e.id, NEW.id, s.event, NEW.updated_at,
         json_object('attempts', NEW.attempts, 'created_at', NEW.created_at, 'started_at', NEW.started_at,
                     'finished_at', NEW.finished_at, 'error', json(NEW.error), 'audio', json(NEW.audio),
                     'warnings', json(NEW.warnings), 'metadata', json(NEW.metadata)),
         'waiting', 0, NEW.updated_at
  FROM webhook_endpoints AS e JOIN webhook_subscriptions AS s ON s.endpoint = e.id
  WHERE e.tenant = NEW.tenant AND e.enabled = 1 AND s.event = 'job.' || NEW.state;
END;
