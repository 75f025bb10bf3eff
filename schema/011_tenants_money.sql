-- Where a tenant's songs may come from, and for how much a day (UTC); the month is in 002. Names of policies are those of
-- coordinator/routing_policy.h; a test holds them together.
ALTER TABLE tenants ADD COLUMN policy TEXT NOT NULL DEFAULT 'fleet_first'
  CHECK (policy IN ('fleet_only', 'fleet_first', 'elevenlabs_first', 'elevenlabs_only', 'shadow'));
ALTER TABLE tenants ADD COLUMN buys_again INTEGER NOT NULL DEFAULT 0 CHECK (buys_again IN (0, 1));
ALTER TABLE tenants ADD COLUMN spend_cents_per_day INTEGER CHECK (spend_cents_per_day >= 0);

-- The song of a purchase that was only to be compared goes with what it belongs to, also where it arrives after that is
-- gone: whoever writes its key down then leaves the note by which the file is removed.
DROP TRIGGER removals_are_of_ended_jobs;
CREATE TRIGGER removals_are_of_ended_jobs BEFORE INSERT ON removals
WHEN EXISTS (SELECT 1 FROM jobs WHERE id = NEW.job AND finished_at IS NULL)
  OR (NEW.what = 'job' AND NOT EXISTS (SELECT 1 FROM jobs WHERE id = NEW.job))
BEGIN SELECT RAISE(ABORT, 'only what belongs to a job that is over may be removed'); END;

CREATE TRIGGER purchases_songs_go_with_their_job AFTER UPDATE OF object ON purchases
WHEN NEW.object <> '' AND NOT EXISTS (SELECT 1 FROM jobs WHERE id = NEW.job AND erased_at IS NULL
                                        AND (audio IS NULL OR audio ->> '$.removed_at' IS NULL))
BEGIN
  INSERT INTO removals (job, what, at) VALUES (NEW.job, 'songs', NEW.ended_at) ON CONFLICT (job) DO NOTHING;
END;
CREATE INDEX purchases_with_songs ON purchases (job) WHERE object <> '';
