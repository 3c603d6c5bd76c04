/**
 * How PostgreSQL answers what workers ask all the time. A plan must be right whatever the statistics say: there may be none
 * yet, or those of a time when all jobs were final, or all were ready; and a prepared statement keeps its plan.
 */

import { BEAT_SQL } from "../../src/store/postgres/ops/heartbeat.ts";
import { COMPLETE_SQL } from "../../src/store/postgres/ops/complete.ts";
import { EXPIRE_SQL, PROMOTE_SQL } from "../../src/store/postgres/ops/due.ts";
import { LOOK_RUN_SQL, LOOK_SQL } from "../../src/store/postgres/ops/look_around.ts";
import { LANE_SQL, LANES_SQL, RUN_SQL } from "../../src/store/postgres/ops/ready.ts";
import { DEPENDENTS_SQL } from "../../src/store/postgres/ops/settle.ts";
import { LOCK_BELOW_SQL, SKIP_BELOW_SQL } from "../../src/store/postgres/ops/skip.ts";
import { T } from "../../src/testing/contract/kit.ts";
import { postgresUrl } from "../servers.ts";
import { Schema, type Statements } from "./postgres_plan_kit.ts";

/** Statements, their parameters, and most blocks that each may touch where there is a history of 20,000 jobs. */
const STATEMENTS: Statements = {
  "look around": [LOOK_SQL, `${T}, ARRAY['command', 'http'], NULL`, 40],
  "look around in a run": [LOOK_RUN_SQL, `${T}, ARRAY['command', 'http'], NULL, 1`, 40],
  "take from a lane": [LANE_SQL, `1, ${T}, ${T}, 2, 1`, 120],
  "take from several lanes": [LANES_SQL, `1, ${T}, ${T}, 2, ARRAY[1, 2], 5`, 150],
  "take from a run": [RUN_SQL, `1, ${T}, ${T}, 2, 1, ARRAY[1, 2]`, 120],
  "make jobs ready": [PROMOTE_SQL, `${T}`, 200],
  "fail what is too late": [EXPIRE_SQL, `${T}`, 200],
  "complete": [
    COMPLETE_SQL,
    `${T}, ARRAY[20001, 20002], ARRAY[1, 1], ARRAY['1', NULL], ARRAY[1.5, NULL]::float8[],
      ARRAY[NULL, NULL]::float8[], ARRAY[NULL, NULL]::bigint[], ARRAY[NULL, NULL]::int[], ARRAY[NULL, NULL]::text[]`,
    150,
  ],
  "lock what is to be skipped": [LOCK_BELOW_SQL, `ARRAY[19990, 20001]`, 100],
  "skip": [SKIP_BELOW_SQL, `ARRAY[19990, 20001], ARRAY[19991], ${T}`, 100],
  "look what is to settle": [DEPENDENTS_SQL, `ARRAY[20001, 20002]`, 60],
  "beat": [
    BEAT_SQL,
    `${T}, ARRAY[20001, 20002], ARRAY[1, 1], ARRAY['1', NULL], ARRAY[NULL, NULL]::text[]`,
    100,
  ],
};

/** Jobs 1 to 20,000, which have ended, with children and results. */
const HISTORY = `
  INSERT INTO gigq.jobs (id, policy, payload, created_at, workflow, parents)
    SELECT i, 1, '{}', ${T}, i % 100, 1 FROM generate_series(1, 20000) i;
  INSERT INTO gigq.job_state (id, lane, priority, status, attempt, due_at, finished_at, workflow, worker, started_at)
    SELECT i, 1 + i % 2, 0, 4, 1, ${T}, ${T}, i % 100, 1, ${T} FROM generate_series(1, 20000) i;
  INSERT INTO gigq.attempts (job, number, outcome, started_at, finished_at, wait_ms)
    SELECT i, 1, 'completed', ${T}, ${T}, 0 FROM generate_series(1, 20000) i;
  INSERT INTO gigq.edges (child, position, parent, rule) SELECT i, 0, i - 1, 0 FROM generate_series(2, 20000) i;
  INSERT INTO gigq.results (id, body) SELECT i, '1' FROM generate_series(1, 20000) i;`;

/** Jobs of every other kind: 20,001 to 20,010 run, the rest are ready, scheduled or too late. */
const PRESENT = `
  INSERT INTO gigq.jobs (id, policy, payload, created_at, workflow)
    SELECT i, 1, '{}', ${T}, 1 FROM generate_series(20001, 22000) i;
  INSERT INTO gigq.job_state
    (id, lane, priority, status, attempt, due_at, start_by, lease_until, workflow, worker, started_at)
    SELECT i, 1 + i % 2, 0,
      CASE WHEN i <= 20010 THEN 3 WHEN i <= 20020 THEN 1 ELSE 2 END,
      CASE WHEN i <= 20010 THEN 1 ELSE 0 END,
      ${T} - 1, CASE WHEN i BETWEEN 20011 AND 20015 THEN ${T} - 1 END,
      CASE WHEN i <= 20010 THEN ${T} END, 1, 1, ${T} FROM generate_series(20001, 22000) i;`;

const COLD = ["state_final", "state_failed", "jobs_workflow"];

Deno.test({
  name: "postgres plans: what workers ask is answered by hot indexes, whatever the statistics say",
  ignore: postgresUrl === null,
  fn: () =>
    Schema.with(async (schema) => {
      await schema.run(HISTORY + PRESENT);
      await schema.checkPlans(STATEMENTS, COLD, "before any statistics");
      await schema.analyze();
      await schema.checkPlans(STATEMENTS, COLD, "with statistics");
      await schema.run("DELETE FROM gigq.job_state; DELETE FROM gigq.jobs");
      await schema.run(HISTORY.split(";").slice(0, 2).join(";"));
      await schema.analyze();
      await schema.run(PRESENT);
      await schema.checkPlans(STATEMENTS, COLD, "with statistics of a time when all were final");
      await schema.run("DELETE FROM gigq.job_state WHERE id <= 20000");
      await schema.analyze();
      await schema.run(HISTORY.split(";")[1]!);
      await schema.checkPlans(STATEMENTS, COLD, "with statistics of a time when most were ready");
    }),
});
