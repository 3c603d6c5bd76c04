/** How PostgreSQL answers what workers ask about schedules, again and again, whatever the statistics say. */

import { assertEquals } from "@std/assert";
import { openStore } from "../../src/store/open.ts";
import { DUE_SQL } from "../../src/store/postgres/reads/due.ts";
import { firingsSql } from "../../src/store/postgres/reads/firings.ts";
import { LOCK_SQL, READ_SQL, TAKEN_SQL, UPDATE_SQL } from "../../src/store/postgres/ops/advance.ts";
import { TRIM_SQL, WRITE_SQL } from "../../src/store/postgres/ops/firings.ts";
import { newJob, T } from "../../src/testing/contract/kit.ts";
import { ownName, postgresUrl } from "../servers.ts";
import { dropSchema, query, schemaUrl } from "./postgres_kit.ts";
import { Schema, type Statements } from "./postgres_plan_kit.ts";

const LATEST = firingsSql({ schedules: [20_001], limit: 20 });
const FAILED = firingsSql({ schedules: [20_001], statuses: ["failed"], from: T + 9_900, limit: 20 });

/** Where there are 20,000 schedules with two entries each, and two with a long history. */
const STATEMENTS: Statements = {
  "due, and nothing is": [DUE_SQL, `${-T}, '{}', '{}'`, 150],
  "due": [DUE_SQL, `${T}, ARRAY[1, 20001], ARRAY[1, 1]`, 500],
  "lock": [LOCK_SQL, "ARRAY[20001, 5]", 40],
  "read": [READ_SQL, "ARRAY[20001, 5], ARRAY[5], ARRAY[1]", 40],
  "look whether a slot has fired": [TAKEN_SQL, `ARRAY[20001, 5], ARRAY[${T}, ${T}]`, 30],
  "write entries": [
    WRITE_SQL,
    `ARRAY[20001, 5], ARRAY[${T} + 5, ${T} + 99], ARRAY[1, 0], ARRAY['time', 'time'], NULL,
      ARRAY[1, 1], ARRAY[${T}, ${T}], NULL, NULL, NULL, NULL, NULL`,
    100,
  ],
  "update": [UPDATE_SQL, `ARRAY[20002, 5], ARRAY['{}', '{}'], ARRAY[${T}, ${T}], NULL`, 300],
  "shorten a history that is short": [TRIM_SQL, "5", 40],
  "the latest entries": [LATEST.sql, `20, ARRAY[20001]`, 40],
  "those of a status, since a time": [
    FAILED.sql,
    `20, ${T} + 9900, ARRAY[20001]`,
    60,
  ],
};

/** 20,000 schedules that come due later, with what they ran; each definition takes its place in the table. */
const CALM = `
  INSERT INTO gigq.schedules (id, name, version, created_at, definition, defined, state, next_at)
    SELECT i, 'n' || i, 1, ${T}, repeat('x', 300), 1, '{}', ${T} + i FROM generate_series(1, 20000) i;
  INSERT INTO gigq.firings (schedule, slot, status, trigger, slots, decided_at)
    SELECT i, ${T} + n, 2, 'time', 1, ${T} FROM generate_series(1, 20000) i, generate_series(1, 2) n;`;

/** One schedule with a long history, an open job and an open run; and one with a long row of queued slots. */
const BUSY = `
  INSERT INTO gigq.schedules (id, name, version, created_at, definition, defined, state, next_at, started, queued)
    VALUES (20001, 'a', 1, ${T}, '{}', 1, '{}', ${T} - 1, 2, 0), (20002, 'b', 1, ${T}, '{}', 1, '{}', NULL, 0, 5000);
  INSERT INTO gigq.firings (schedule, slot, status, trigger, slots, decided_at)
    SELECT 20001, ${T} + i, 2, 'time', 1, ${T} FROM generate_series(3, 10000) i
    UNION ALL SELECT 20002, ${T} + i, CASE WHEN i < 5000 THEN 6 ELSE 0 END, 'time', 1, ${T}
    FROM generate_series(0, 9999) i;
  INSERT INTO gigq.firings (schedule, slot, status, trigger, slots, decided_at, job, run)
    VALUES (20001, ${T} + 1, 1, 'time', 1, ${T}, 77, NULL), (20001, ${T} + 2, 1, 'time', 1, ${T}, NULL, 7);`;

/** Ten jobs a run. */
const JOBS = `
  INSERT INTO gigq.jobs (id, policy, payload, created_at, workflow)
    SELECT i, 1, '{}', ${T}, i % 2000 FROM generate_series(1, 20000) i;
  INSERT INTO gigq.job_state (id, lane, priority, status, attempt, due_at, finished_at, workflow)
    SELECT i, 1 + i % 2, 0, 4, 1, ${T}, ${T}, i % 2000 FROM generate_series(1, 20000) i;`;

/** Statistics stay; dead rows do not, which others who use the server could keep from being tidied up. */
const EMPTY = "TRUNCATE gigq.firings; TRUNCATE gigq.schedules;";

const COLD = ["state_final", "state_failed"];

Deno.test({
  name:
    "postgres plans: what there is to do about schedules is answered by indexes, whatever the statistics say",
  ignore: postgresUrl === null,
  fn: () =>
    Schema.with(async (schema) => {
      const check = (when: string): Promise<void> => schema.checkPlans(STATEMENTS, COLD, when);
      await schema.run(JOBS + CALM + BUSY);
      await check("before any statistics");
      await schema.analyze();
      await check("with statistics");
      await schema.run(`
        UPDATE gigq.schedules SET next_at = ${T} - 1, queued = 1;
        UPDATE gigq.firings SET status = 0`);
      await schema.analyze();
      await schema.run(EMPTY + CALM + BUSY);
      await check("with statistics of a time when all were due and queued");
      await schema.run(EMPTY + CALM);
      await schema.analyze();
      await schema.run(BUSY);
      await check("with statistics of a time when none were due");
    }),
});

/** From now on who reads the state of the store is refused where statements are compiled. */
const WATCHED = `
  CREATE FUNCTION gigq.lean() RETURNS boolean LANGUAGE plpgsql AS $$
    BEGIN
      IF current_setting('jit') = 'on' THEN RAISE EXCEPTION 'this would be compiled'; END IF;
      RETURN true;
    END $$;
  ALTER TABLE gigq.store RENAME TO store_itself;
  CREATE VIEW gigq.store AS SELECT * FROM gigq.store_itself WHERE gigq.lean();`;

Deno.test({
  name:
    "postgres plans: the server compiles neither looks at what is due nor changes, which takes it a second",
  ignore: postgresUrl === null,
  fn: async () => {
    const schema = ownName();
    const { store } = await openStore(`${schemaUrl(schema)}&options=-c%20jit%3Don`);
    try {
      await query(WATCHED.replaceAll("gigq.", `"${schema}".`));
      assertEquals(await store.schedules.due(T), { schedules: [], nextAt: null });
      await store.enqueue({ jobs: [newJob()] }, T);
    } finally {
      await store.close();
      await dropSchema(schema);
    }
  },
});
