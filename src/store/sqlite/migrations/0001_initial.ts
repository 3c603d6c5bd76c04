/** The first schema. Frozen: changes go into the next migration. */

export const SQL = `
-- The next id is one above the value; rows are never deleted, so ids are never used again.
CREATE TABLE counters (
  name TEXT PRIMARY KEY,
  value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO counters (name, value) VALUES ('job', 0), ('workflow', 0);

-- Distinct (queue, route) pairs. Claims seek by lane, so that lanes a worker does not serve cost it nothing.
CREATE TABLE lanes (
  id INTEGER PRIMARY KEY,
  queue TEXT NOT NULL,
  route TEXT NOT NULL,
  kind TEXT NOT NULL,
  UNIQUE (queue, route, kind)
) STRICT;

CREATE TABLE queues (
  name TEXT PRIMARY KEY,
  paused INTEGER NOT NULL CHECK (paused IN (0, 1))
) STRICT, WITHOUT ROWID;

-- Distinct policies: thousands of jobs share one.
CREATE TABLE policies (
  id INTEGER PRIMARY KEY,
  body TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE workers (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  host TEXT NOT NULL,
  boot TEXT,
  pid INTEGER NOT NULL,
  pid_start TEXT
) STRICT;
CREATE INDEX workers_host ON workers (host);

CREATE TABLE workflows (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  key TEXT,
  params TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX workflows_key ON workflows (key) WHERE key IS NOT NULL;

-- The specification: written once.
CREATE TABLE jobs (
  id INTEGER PRIMARY KEY,
  policy INTEGER NOT NULL,
  payload TEXT NOT NULL,
  name TEXT,
  tags TEXT,
  created_at INTEGER NOT NULL,
  run_at INTEGER,
  expires_at INTEGER,
  parents INTEGER NOT NULL DEFAULT 0,
  workflow INTEGER,
  step TEXT,
  unique_key TEXT,
  -- -1: while unfinished, -2: always, else milliseconds from created_at.
  unique_scope INTEGER,
  CHECK ((unique_key IS NULL) = (unique_scope IS NULL))
) STRICT;
CREATE INDEX jobs_name ON jobs (name) WHERE name IS NOT NULL;
CREATE INDEX jobs_workflow ON jobs (workflow) WHERE workflow IS NOT NULL;

-- The state: small rows that change often.
-- status: 0 blocked, 1 scheduled, 2 ready, 3 running, 4 completed, 5 failed, 6 cancelled, 7 skipped
CREATE TABLE job_state (
  id INTEGER PRIMARY KEY,
  lane INTEGER NOT NULL,
  priority INTEGER NOT NULL,
  status INTEGER NOT NULL CHECK (status BETWEEN 0 AND 7),
  -- Asked only of a reason that is given: SQLite builds the list anew for each row.
  reason TEXT CHECK (reason IS NULL OR reason IN ('error', 'exit', 'signal', 'timeout', 'lost', 'expired')),
  attempt INTEGER NOT NULL DEFAULT 0 CHECK (attempt >= 0),
  failures INTEGER NOT NULL DEFAULT 0 CHECK (failures BETWEEN 0 AND attempt),
  waiting_on INTEGER NOT NULL DEFAULT 0,
  due_at INTEGER NOT NULL,
  -- jobs.expires_at until the first start, or a requeue.
  start_by INTEGER,
  lease_until INTEGER,
  worker INTEGER,
  process TEXT,
  cancel_requested INTEGER NOT NULL DEFAULT 0 CHECK (cancel_requested IN (0, 1)),
  started_at INTEGER,
  finished_at INTEGER,
  workflow INTEGER,
  CHECK ((status = 0) = (waiting_on > 0)),
  CHECK ((status = 3) = (lease_until IS NOT NULL)),
  CHECK ((status >= 4) = (finished_at IS NOT NULL)),
  CHECK ((status = 5) = (reason IS NOT NULL)),
  CHECK (cancel_requested = 0 OR status IN (3, 4, 6)),
  CHECK (process IS NULL OR status = 3)
) STRICT;
-- Only hot states are indexed: history costs a claim nothing.
CREATE INDEX state_ready ON job_state (lane, priority DESC) WHERE status = 2;
CREATE INDEX state_ready_workflow ON job_state (workflow, priority DESC) WHERE status = 2 AND workflow IS NOT NULL;
CREATE INDEX state_due ON job_state (due_at) WHERE status = 1;
CREATE INDEX state_next ON job_state (lane, (attempt > 0), due_at) WHERE status = 1;
CREATE INDEX state_lease ON job_state (lease_until) WHERE status = 3;
CREATE INDEX state_start_by ON job_state (start_by) WHERE status <= 2 AND start_by IS NOT NULL;
CREATE INDEX state_failed ON job_state (id) WHERE status = 5;
-- For counting, together with the indexes above.
CREATE INDEX state_blocked ON job_state (lane) WHERE status = 0;
CREATE INDEX state_final ON job_state (lane, status) WHERE status >= 4;

CREATE TABLE results (id INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;
CREATE TABLE errors (id INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;
CREATE TABLE progress (id INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;

-- Attempts that ended; the running one is told by job_state.
CREATE TABLE attempts (
  job INTEGER NOT NULL,
  number INTEGER NOT NULL,
  worker INTEGER,
  outcome TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  finished_at INTEGER NOT NULL,
  wait_ms INTEGER NOT NULL,
  wall_ms REAL,
  cpu_ms REAL,
  max_rss INTEGER,
  exit_code INTEGER,
  signal TEXT,
  error TEXT,
  PRIMARY KEY (job, number)
) STRICT, WITHOUT ROWID;

-- rule: 0 success, 1 failure, 2 finished
CREATE TABLE edges (
  child INTEGER NOT NULL,
  position INTEGER NOT NULL,
  parent INTEGER NOT NULL,
  rule INTEGER NOT NULL CHECK (rule BETWEEN 0 AND 2),
  PRIMARY KEY (child, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX edges_parent ON edges (parent);

CREATE TABLE tags (
  tag TEXT NOT NULL,
  job INTEGER NOT NULL,
  PRIMARY KEY (tag, job)
) STRICT, WITHOUT ROWID;

-- The latest holder of each unique key; whether it still keeps others out is in its row of jobs.
CREATE TABLE unique_keys (
  key TEXT PRIMARY KEY,
  job INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- stream: 0 stdout, 1 stderr, 2 log
CREATE TABLE logs (
  job INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  stream INTEGER NOT NULL CHECK (stream BETWEEN 0 AND 2),
  at INTEGER NOT NULL,
  data BLOB NOT NULL,
  UNIQUE (job, attempt, seq)
) STRICT;
`;
