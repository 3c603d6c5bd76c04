/** Schedules and their histories. Frozen after its release: changes go into the next migration. */

export const SQL = `
CREATE SEQUENCE gigq.schedule_id;

CREATE TABLE gigq.schedules (
  id bigint PRIMARY KEY,
  name text COLLATE "C" NOT NULL UNIQUE,
  version bigint NOT NULL CHECK (version > 0),
  created_at bigint NOT NULL,
  -- ScheduleDefinition as JSON, and the version that it came with: who has read it once need not read it again.
  definition text NOT NULL,
  defined bigint NOT NULL,
  -- ScheduleState as JSON; its nextAt, not before it.
  state text NOT NULL,
  next_at bigint,
  -- Its firings of these statuses.
  started integer NOT NULL DEFAULT 0 CHECK (started >= 0),
  queued integer NOT NULL DEFAULT 0 CHECK (queued >= 0),
  -- Since when it needs attention: with an open firing always, else from its next slot on.
  look_at bigint GENERATED ALWAYS AS (
    CASE WHEN started + queued > 0 THEN -9223372036854775808 ELSE next_at END
  ) STORED
) WITH (
  autovacuum_vacuum_scale_factor = 0.05,
  autovacuum_vacuum_threshold = 1000,
  autovacuum_analyze_threshold = 5000,
  autovacuum_vacuum_cost_delay = 0
);
CREATE INDEX schedules_look ON gigq.schedules (look_at, id) WHERE look_at IS NOT NULL;
CREATE INDEX schedules_next ON gigq.schedules (next_at) WHERE next_at IS NOT NULL;

-- status: 0 queued, 1 started, 2 completed, 3 failed, 4 cancelled, 5 skipped, 6 missed, 7 gone
CREATE TABLE gigq.firings (
  schedule bigint NOT NULL,
  slot bigint NOT NULL,
  status smallint NOT NULL CHECK (status BETWEEN 0 AND 7),
  trigger text NOT NULL CHECK (trigger IN ('time', 'catch-up', 'backfill', 'manual')),
  -- JSON, as decided_by is: they may hold any character.
  reason text,
  slots bigint NOT NULL CHECK (slots > 0),
  decided_at bigint NOT NULL,
  started_at bigint,
  ended_at bigint,
  job bigint,
  run bigint,
  decided_by text,
  PRIMARY KEY (schedule, slot),
  CHECK (job IS NULL OR run IS NULL)
) WITH (
  autovacuum_vacuum_scale_factor = 0.05,
  autovacuum_analyze_threshold = 5000,
  autovacuum_vacuum_cost_delay = 0
);
-- Only open ones are indexed: history costs a look at what is due nothing.
CREATE INDEX firings_open ON gigq.firings (schedule, status, slot) WHERE status <= 1;
`;
