-- What may leave the database again. Jobs and their history are kept until somebody says otherwise: a removal that is
-- written down in the same transaction is what lets rows go, and it stays until the job's songs are gone from the disk.

ALTER TABLE jobs ADD COLUMN history_removed_at INTEGER;  -- its events have expired
ALTER TABLE jobs ADD COLUMN erased_at INTEGER;           -- what its owner wrote was erased

CREATE TABLE removals (
  job   TEXT NOT NULL PRIMARY KEY CHECK (job <> ''),
  what  TEXT NOT NULL CHECK (what IN ('songs', 'job')),  -- 'job': the job with everything of it
  at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER removals_are_of_ended_jobs BEFORE INSERT ON removals
WHEN NOT EXISTS (SELECT 1 FROM jobs WHERE id = NEW.job AND finished_at IS NOT NULL)
BEGIN SELECT RAISE(ABORT, 'only what belongs to a job that is over may be removed'); END;

CREATE TRIGGER removals_end_with_their_job BEFORE DELETE ON removals
WHEN OLD.what = 'job' AND EXISTS (SELECT 1 FROM jobs WHERE id = OLD.job)
BEGIN SELECT RAISE(ABORT, 'the job of this removal is still there'); END;

CREATE TRIGGER jobs_stay BEFORE DELETE ON jobs
WHEN NOT EXISTS (SELECT 1 FROM removals WHERE job = OLD.id AND what = 'job')
BEGIN SELECT RAISE(ABORT, 'a job is removed with a removal'); END;

CREATE TRIGGER jobs_keep_their_history BEFORE UPDATE OF history_removed_at ON jobs
WHEN NEW.history_removed_at IS NOT NULL AND NEW.finished_at IS NULL
BEGIN SELECT RAISE(ABORT, 'the history of a job that is not over stays'); END;

-- Lines go with their job, or where the job says that its history has expired.
DROP TRIGGER events_stay;
CREATE TRIGGER events_stay BEFORE DELETE ON events
WHEN NOT EXISTS (SELECT 1 FROM removals WHERE job = OLD.job AND what = 'job')
 AND NOT EXISTS (SELECT 1 FROM jobs WHERE id = OLD.job AND history_removed_at IS NOT NULL AND finished_at IS NOT NULL)
BEGIN SELECT RAISE(ABORT, 'history is append-only'); END;

-- Whoever removes a job must find what refers to it.
CREATE INDEX idempotency_of_job ON idempotency (job);
