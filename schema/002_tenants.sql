-- What a tenant may have at a time, and how its share weighs against the others' (coordinator/tenant.h). NULL: no limit.
ALTER TABLE tenants ADD COLUMN max_queued INTEGER CHECK (max_queued >= 0);
ALTER TABLE tenants ADD COLUMN max_running INTEGER CHECK (max_running >= 0);
ALTER TABLE tenants ADD COLUMN songs_per_hour INTEGER CHECK (songs_per_hour >= 0);
ALTER TABLE tenants ADD COLUMN spend_cents_per_month INTEGER CHECK (spend_cents_per_month >= 0);
ALTER TABLE tenants ADD COLUMN weight INTEGER NOT NULL DEFAULT 1 CHECK (weight BETWEEN 1 AND 1000);

-- A dead job has used up its attempts and waits for an operator.
ALTER TABLE jobs ADD COLUMN dead INTEGER NOT NULL DEFAULT 0 CHECK (dead = 0 OR (dead = 1 AND state = 'failed'));
CREATE INDEX jobs_dead ON jobs (created_at, id) WHERE dead = 1;

-- The epoch at which an operator last put the job back: attempts up to it belong to an earlier life.
ALTER TABLE jobs ADD COLUMN requeued_epoch INTEGER NOT NULL DEFAULT 0
  CHECK (requeued_epoch BETWEEN 0 AND epoch);
