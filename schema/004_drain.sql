-- Draining: a worker that an operator has told to take no new job stays so until it is resumed, over restarts of both
-- sides and over new keys.

ALTER TABLE workers ADD COLUMN drained INTEGER NOT NULL DEFAULT 0 CHECK (drained IN (0, 1));
