/** The first schema. Frozen after its release: changes go into the next migration. */

export const SQL = `
-- One row. id: see Identity. state: see StoreState, as JSON.
CREATE TABLE gigq.store (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  id uuid NOT NULL,
  version integer NOT NULL,
  state text NOT NULL DEFAULT '{"type":"open"}'
);

-- Ids only rise and are never used again.
CREATE SEQUENCE gigq.job_id;
CREATE SEQUENCE gigq.workflow_id;
CREATE SEQUENCE gigq.cause_id;

-- Distinct (queue, route, kind). Claims seek by lane, so that lanes a worker does not serve cost it nothing. Rows of the
-- books (lanes, policies, workers) are written outside of the transactions that need them, and never deleted: what was
-- read once stays true.
CREATE TABLE gigq.lanes (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  queue text NOT NULL,
  route text NOT NULL,
  kind text NOT NULL,
  UNIQUE (queue, route, kind)
);

CREATE TABLE gigq.queues (name text PRIMARY KEY, paused boolean NOT NULL);

-- Distinct policies: thousands of jobs share one. A body may be longer than an index allows.
CREATE TABLE gigq.policies (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  digest uuid NOT NULL UNIQUE,
  body text NOT NULL
);

CREATE TABLE gigq.workers (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL UNIQUE,
  host text NOT NULL,
  boot text,
  pid integer NOT NULL,
  pid_start text
);
CREATE INDEX workers_host ON gigq.workers (host);

CREATE TABLE gigq.workflows (
  id bigint PRIMARY KEY,
  name text NOT NULL,
  key text,
  params text NOT NULL,
  created_at bigint NOT NULL,
  source text,
  type text NOT NULL DEFAULT 'workflow' CHECK (type IN ('workflow', 'batch')),
  max_fails integer,
  max_fails_percent double precision,
  halted_at bigint
);
CREATE INDEX workflows_key ON gigq.workflows (key) WHERE key IS NOT NULL;
CREATE INDEX workflows_limited ON gigq.workflows (id) WHERE max_fails IS NOT NULL OR max_fails_percent IS NOT NULL;

-- The specification: written once.
CREATE TABLE gigq.jobs (
  id bigint PRIMARY KEY,
  policy integer NOT NULL,
  payload text NOT NULL,
  name text,
  tags text[],
  created_at bigint NOT NULL,
  run_at bigint,
  expires_at bigint,
  parents integer NOT NULL DEFAULT 0,
  workflow bigint,
  step text,
  unique_key text,
  -- -1: while unfinished, -2: always, else milliseconds from created_at.
  unique_scope bigint,
  CHECK ((unique_key IS NULL) = (unique_scope IS NULL))
);
CREATE INDEX jobs_name ON gigq.jobs (name) WHERE name IS NOT NULL;
CREATE INDEX jobs_workflow ON gigq.jobs (workflow) WHERE workflow IS NOT NULL;
CREATE INDEX jobs_tags ON gigq.jobs USING gin (tags) WHERE tags IS NOT NULL;

-- The state: small rows that change often. Room is left on each page, so that heartbeats are updates in place.
-- status: 0 blocked, 1 scheduled, 2 ready, 3 running, 4 completed, 5 failed, 6 cancelled, 7 skipped
CREATE TABLE gigq.job_state (
  id bigint PRIMARY KEY,
  lane integer NOT NULL,
  priority integer NOT NULL,
  status smallint NOT NULL CHECK (status BETWEEN 0 AND 7),
  reason text CHECK (reason IS NULL OR reason IN ('error', 'exit', 'signal', 'timeout', 'lost', 'expired')),
  attempt integer NOT NULL DEFAULT 0 CHECK (attempt >= 0),
  failures integer NOT NULL DEFAULT 0 CHECK (failures BETWEEN 0 AND attempt),
  waiting_on integer NOT NULL DEFAULT 0,
  due_at bigint NOT NULL,
  -- jobs.expires_at until the first start, or a requeue.
  start_by bigint,
  lease_until bigint,
  worker integer,
  process text,
  cancel_requested boolean NOT NULL DEFAULT false,
  started_at bigint,
  -- The first start since the submit or the requeue, where that is not started_at: NULL before the first attempt ended,
  -- -1 after a requeue until the first attempt after it ended.
  first_started_at bigint,
  finished_at bigint,
  workflow bigint,
  progress text,
  CHECK ((status = 0) = (waiting_on > 0)),
  CHECK ((status = 3) = (lease_until IS NOT NULL)),
  CHECK ((status >= 4) = (finished_at IS NOT NULL)),
  CHECK ((status = 5) = (reason IS NOT NULL)),
  CHECK (NOT cancel_requested OR status IN (3, 4, 6)),
  CHECK (process IS NULL OR status = 3)
) WITH (
  fillfactor = 70,
  -- A claim that has to step over thousands of dead index entries is a slow one: tidy up early, and without pauses.
  autovacuum_vacuum_scale_factor = 0.01,
  autovacuum_vacuum_threshold = 5000,
  autovacuum_vacuum_insert_scale_factor = 0.05,
  -- Statistics of a small table would make plans that walk it, and be old by the time it is large.
  autovacuum_analyze_threshold = 5000,
  autovacuum_analyze_scale_factor = 0.05,
  autovacuum_vacuum_cost_delay = 0
);
-- Only hot states are indexed: history costs a claim nothing.
CREATE INDEX state_ready ON gigq.job_state (lane, priority DESC, id) WHERE status = 2;
CREATE INDEX state_ready_workflow ON gigq.job_state (workflow, priority DESC, id)
  WHERE status = 2 AND workflow IS NOT NULL;
CREATE INDEX state_due ON gigq.job_state (due_at) WHERE status = 1;
CREATE INDEX state_next ON gigq.job_state (lane, (attempt > 0), due_at) WHERE status = 1;
CREATE INDEX state_next_workflow ON gigq.job_state (workflow, (attempt > 0), due_at)
  WHERE status = 1 AND workflow IS NOT NULL;
-- Not by lease_until, which every heartbeat changes.
CREATE INDEX state_running ON gigq.job_state (id) WHERE status = 3;
CREATE INDEX state_start_by ON gigq.job_state (start_by) WHERE status <= 2 AND start_by IS NOT NULL;
CREATE INDEX state_failed ON gigq.job_state (id) WHERE status = 5;
CREATE INDEX state_blocked ON gigq.job_state (lane) WHERE status = 0;
-- For counting.
CREATE INDEX state_final ON gigq.job_state (lane, status) WHERE status >= 4;

CREATE TABLE gigq.results (id bigint PRIMARY KEY, body text NOT NULL);
CREATE TABLE gigq.errors (id bigint PRIMARY KEY, body text NOT NULL, cause bigint);
CREATE INDEX errors_cause ON gigq.errors (cause) WHERE cause IS NOT NULL;

-- Attempts that ended; the running one is told by job_state.
CREATE TABLE gigq.attempts (
  job bigint NOT NULL,
  number integer NOT NULL,
  worker integer,
  outcome text NOT NULL,
  started_at bigint NOT NULL,
  finished_at bigint NOT NULL,
  wait_ms bigint NOT NULL,
  wall_ms double precision,
  cpu_ms double precision,
  max_rss bigint,
  exit_code integer,
  signal text,
  error text,
  decision text,
  PRIMARY KEY (job, number)
);

-- rule: 0 success, 1 failure, 2 finished
CREATE TABLE gigq.edges (
  child bigint NOT NULL,
  position integer NOT NULL,
  parent bigint NOT NULL,
  rule smallint NOT NULL CHECK (rule BETWEEN 0 AND 2),
  PRIMARY KEY (child, position)
);
CREATE INDEX edges_parent ON gigq.edges (parent);

-- The latest holder of each unique key; whether it still keeps others out is in its row of jobs.
CREATE TABLE gigq.unique_keys (key text PRIMARY KEY, job bigint NOT NULL);

-- What failures have in common. Rows are never deleted, so ids are never used again.
CREATE TABLE gigq.causes (
  id bigint PRIMARY KEY,
  fingerprint text NOT NULL UNIQUE,
  class text NOT NULL,
  message text NOT NULL,
  count bigint NOT NULL,
  first_at bigint NOT NULL,
  last_at bigint NOT NULL,
  job bigint NOT NULL,
  attempt integer NOT NULL,
  -- -1: for ever.
  muted_until bigint
);
CREATE INDEX causes_last ON gigq.causes (last_at);

-- Failed jobs that nobody has dealt with.
CREATE TABLE gigq.dead_letters (id bigint PRIMARY KEY);

-- A row for each job that saved a checkpoint or a step.
CREATE TABLE gigq.checkpoints (
  job bigint PRIMARY KEY,
  attempt integer NOT NULL,
  at bigint NOT NULL,
  value text NOT NULL
);
CREATE TABLE gigq.steps (
  job bigint NOT NULL,
  -- JSON: a key may hold any character.
  key text NOT NULL,
  value text NOT NULL,
  PRIMARY KEY (job, key)
);

-- Blocked jobs that failed and wait for a canary: each row counts in waiting_on.
CREATE TABLE gigq.holds (
  job bigint NOT NULL,
  canary bigint NOT NULL,
  PRIMARY KEY (job, canary)
);
CREATE INDEX holds_canary ON gigq.holds (canary);

-- The failed jobs of runs with a limit.
CREATE TABLE gigq.run_failures (
  workflow bigint NOT NULL,
  job bigint NOT NULL,
  PRIMARY KEY (workflow, job)
);
CREATE INDEX run_failures_job ON gigq.run_failures (job);

-- stream: 0 stdout, 1 stderr, 2 log
CREATE TABLE gigq.logs (
  job bigint NOT NULL,
  attempt integer NOT NULL,
  seq integer NOT NULL,
  stream smallint NOT NULL CHECK (stream BETWEEN 0 AND 2),
  at bigint NOT NULL,
  data bytea NOT NULL,
  PRIMARY KEY (job, attempt, seq)
);
`;
