/** Causes, dead letters, checkpoints, canaries, halted runs. Frozen: changes go into the next migration. */

export const SQL = `
-- The first start since the submit or the requeue, where that is not started_at: NULL before the first attempt ended,
-- -1 after a requeue until the first attempt after it ended.
ALTER TABLE job_state ADD COLUMN first_started_at INTEGER;

-- What failures have in common. Rows are never deleted, so ids are never used again.
CREATE TABLE causes (
  id INTEGER PRIMARY KEY,
  fingerprint TEXT NOT NULL UNIQUE,
  class TEXT NOT NULL,
  message TEXT NOT NULL,
  count INTEGER NOT NULL,
  first_at INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  job INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  -- -1: for ever.
  muted_until INTEGER
) STRICT;
CREATE INDEX causes_last ON causes (last_at);
ALTER TABLE errors ADD COLUMN cause INTEGER;
CREATE INDEX errors_cause ON errors (cause) WHERE cause IS NOT NULL;

-- Failed jobs that nobody has dealt with. Not a column of job_state: each index there costs every job that is stored.
CREATE TABLE dead_letters (id INTEGER PRIMARY KEY) STRICT;

-- JSON: see Decision.
ALTER TABLE attempts ADD COLUMN decision TEXT;

-- A row for each job that saved a checkpoint or a step.
CREATE TABLE checkpoints (
  job INTEGER PRIMARY KEY,
  attempt INTEGER NOT NULL,
  at INTEGER NOT NULL,
  value TEXT NOT NULL
) STRICT;
CREATE TABLE steps (
  job INTEGER NOT NULL,
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  UNIQUE (job, key)
) STRICT;

-- Blocked jobs that failed and wait for a canary: each row counts in waiting_on.
CREATE TABLE holds (
  job INTEGER NOT NULL,
  canary INTEGER NOT NULL,
  PRIMARY KEY (job, canary)
) STRICT, WITHOUT ROWID;
CREATE INDEX holds_canary ON holds (canary);

ALTER TABLE workflows ADD COLUMN source TEXT;
ALTER TABLE workflows ADD COLUMN type TEXT NOT NULL DEFAULT 'workflow' CHECK (type IN ('workflow', 'batch'));
ALTER TABLE workflows ADD COLUMN max_fails INTEGER;
ALTER TABLE workflows ADD COLUMN max_fails_percent REAL;
ALTER TABLE workflows ADD COLUMN halted_at INTEGER;
CREATE INDEX workflows_limited ON workflows (id) WHERE max_fails IS NOT NULL OR max_fails_percent IS NOT NULL;

-- The failed jobs of runs with a limit.
CREATE TABLE run_failures (
  workflow INTEGER NOT NULL,
  job INTEGER NOT NULL,
  PRIMARY KEY (workflow, job)
) STRICT, WITHOUT ROWID;
CREATE INDEX run_failures_job ON run_failures (job);
`;
