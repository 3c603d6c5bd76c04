/** Recurring work. Frozen: changes go into the next migration. */

export const SQL = `
INSERT INTO counters (name, value) VALUES ('schedule', 0);

-- state: see ScheduleState, as JSON. next_at: the one in it.
CREATE TABLE schedules (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  version INTEGER NOT NULL CHECK (version > 0),
  created_at INTEGER NOT NULL,
  next_at INTEGER,
  state TEXT NOT NULL
) STRICT;
CREATE INDEX schedules_next ON schedules (next_at) WHERE next_at IS NOT NULL;

-- See ScheduleDefinition, as JSON. Not a column of schedules: it may be large, and hardly ever changes.
CREATE TABLE schedule_definitions (id INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;

-- What became of each slot.
-- status: 0 queued, 1 started, 2 completed, 3 failed, 4 cancelled, 5 skipped, 6 missed, 7 gone
-- reason: JSON, since it may be text of any kind.
CREATE TABLE firings (
  schedule INTEGER NOT NULL,
  slot INTEGER NOT NULL,
  status INTEGER NOT NULL CHECK (status BETWEEN 0 AND 7),
  fired_by TEXT NOT NULL,
  reason TEXT,
  slots INTEGER NOT NULL CHECK (slots > 0),
  decided_at INTEGER NOT NULL,
  started_at INTEGER,
  ended_at INTEGER,
  job INTEGER,
  run INTEGER,
  decided_by TEXT,
  PRIMARY KEY (schedule, slot),
  CHECK (job IS NULL OR run IS NULL)
) STRICT, WITHOUT ROWID;
-- Only open ones are indexed: history costs a look at what is due nothing.
CREATE INDEX firings_queued ON firings (schedule, slot) WHERE status = 0;
CREATE INDEX firings_started ON firings (schedule, slot) WHERE status = 1;
`;
