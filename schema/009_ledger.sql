-- Money. Amounts are whole millionths of a US dollar, times milliseconds since 1970 (UTC). Names are those of
-- coordinator/purchase.h and coordinator/ledger_entry.h; a test holds them together. Nothing here refers to a job's
-- row: what was paid stays known when the job is purged or its tenant's words are erased.

-- Songs that are bought. The row is committed before the request leaves.
CREATE TABLE purchases (
  number       INTEGER PRIMARY KEY,
  job          TEXT NOT NULL CHECK (job <> ''),
  epoch        INTEGER NOT NULL CHECK (epoch > 0),
  tenant       TEXT NOT NULL CHECK (tenant <> ''),
  provider     TEXT NOT NULL CHECK (provider <> ''),
  model        TEXT NOT NULL,
  purpose      TEXT NOT NULL CHECK (purpose IN ('delivery', 'shadow')),
  song_ms      INTEGER NOT NULL CHECK (song_ms >= 0),
  price        INTEGER NOT NULL CHECK (price >= 0),
  price_note   TEXT NOT NULL,
  intended_at  INTEGER NOT NULL,
  state        TEXT NOT NULL CHECK (state IN ('intended', 'bought', 'not_bought', 'unknown', 'lost')),
  ended_at     INTEGER,
  vendor_song  TEXT NOT NULL DEFAULT '',
  reason       TEXT NOT NULL DEFAULT '',
  object       TEXT NOT NULL DEFAULT '',  -- key of a shadow's song in the audio store; empty: none is there
  UNIQUE (job, epoch),
  CHECK ((ended_at IS NULL) = (state = 'intended'))
) STRICT;
CREATE UNIQUE INDEX purchases_under_way ON purchases (job) WHERE state = 'intended';
CREATE INDEX purchases_unknown ON purchases (intended_at) WHERE state = 'unknown';
CREATE INDEX purchases_that_count ON purchases (intended_at, tenant, price) WHERE state <> 'not_bought';

CREATE TRIGGER purchases_begin_as_intents BEFORE INSERT ON purchases WHEN NEW.state <> 'intended'
BEGIN SELECT RAISE(ABORT, 'a purchase begins as an intent'); END;
CREATE TRIGGER purchases_stay BEFORE DELETE ON purchases
BEGIN SELECT RAISE(ABORT, 'purchases stay'); END;
CREATE TRIGGER purchases_keep_their_terms BEFORE UPDATE OF job, epoch, tenant, provider, model, purpose, song_ms, price,
  price_note, intended_at ON purchases
BEGIN SELECT RAISE(ABORT, 'the terms of a purchase are final'); END;
CREATE TRIGGER purchases_state_transition BEFORE UPDATE OF state ON purchases
WHEN NOT ((OLD.state = 'intended' AND NEW.state IN ('bought', 'not_bought', 'unknown'))
       OR (OLD.state = 'unknown' AND NEW.state IN ('not_bought', 'lost')))
BEGIN SELECT RAISE(ABORT, 'this state of a purchase may not follow'); END;

-- What everything cost and was sold for; rows are only ever added.
CREATE TABLE ledger (
  number    INTEGER PRIMARY KEY,
  at        INTEGER NOT NULL,
  kind      TEXT NOT NULL CHECK (kind IN ('fleet_song', 'fleet_waste', 'purchase', 'shadow_purchase',
                                          'unknown_purchase', 'refund', 'sale')),
  tenant    TEXT NOT NULL CHECK (tenant <> ''),
  job       TEXT NOT NULL CHECK (job <> ''),
  epoch     INTEGER NOT NULL CHECK (epoch > 0),
  provider  TEXT NOT NULL CHECK (provider <> ''),
  model     TEXT NOT NULL,
  song_ms   INTEGER NOT NULL CHECK (song_ms >= 0),
  work_ms   INTEGER NOT NULL CHECK (work_ms >= 0),
  amount    INTEGER NOT NULL CHECK ((amount <= 0) = (kind = 'refund') OR amount = 0),
  UNIQUE (job, epoch, kind)
) STRICT;
CREATE INDEX ledger_by_time ON ledger (at, number);
-- Effects happen once: one delivered song a job, and one price for it.
CREATE UNIQUE INDEX ledger_delivers_once ON ledger (job) WHERE kind IN ('fleet_song', 'purchase');
CREATE UNIQUE INDEX ledger_sells_once ON ledger (job) WHERE kind = 'sale';
CREATE TRIGGER ledger_is_final BEFORE UPDATE ON ledger
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER ledger_stays BEFORE DELETE ON ledger
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

-- The charge is written with the state that it follows from, whatever code changes that state.
CREATE TRIGGER purchases_are_charged AFTER UPDATE OF state ON purchases
WHEN NEW.state IN ('bought', 'unknown') OR (OLD.state = 'unknown' AND NEW.state = 'not_bought')
BEGIN
  INSERT INTO ledger (at, kind, tenant, job, epoch, provider, model, song_ms, work_ms, amount)
  VALUES (NEW.ended_at,
          CASE NEW.state WHEN 'unknown' THEN 'unknown_purchase' WHEN 'not_bought' THEN 'refund'
            ELSE CASE NEW.purpose WHEN 'shadow' THEN 'shadow_purchase' ELSE 'purchase' END END,
          NEW.tenant, NEW.job, NEW.epoch, NEW.provider, NEW.model, NEW.song_ms, 0,
          CASE NEW.state WHEN 'not_bought' THEN -NEW.price ELSE NEW.price END);
END;
