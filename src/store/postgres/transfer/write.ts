/** Fills a store with what another one holds. Records that are there already are replaced. */

import type { Cause } from "../../../core/job.ts";
import type { JobRecord, TransferRecord, WorkflowRun } from "../../../core/ports.ts";
import { notReceiving, parseState } from "../../refusal.ts";
import { ms } from "../../codes.ts";
import { appendLog } from "../ops/append_log.ts";
import { storable } from "../ops/causes.ts";
import { FOR_EVER } from "../ops/mute.ts";
import { pause } from "../ops/pause.ts";
import type { Sql } from "../sql.ts";
import type { Books, Tx } from "../tx.ts";
import { insertRows, type Row } from "./insert_rows.ts";
import { enterBooks, writeJobs } from "./write_jobs.ts";
import { writeHistories, writeSchedules } from "./write_schedules.ts";

/** Enters what the jobs of a page share with others. */
export async function enter(books: Books, sql: Sql, records: readonly TransferRecord[]): Promise<void> {
  const jobs = records.filter((record) => record.type === "job");
  if (jobs.length > 0) await enterBooks(books, sql, jobs);
}

/** @throws {ConfigError} When the store is not receiving */
export async function write(tx: Tx, records: readonly TransferRecord[], next: string | null): Promise<void> {
  const store = await tx.get<{ state: string }>("SELECT state FROM gigq.store");
  const state = parseState(store!.state);
  if (state.type !== "receiving") throw notReceiving();
  const jobs: JobRecord[] = [];
  const runs: WorkflowRun[] = [];
  const causes: Cause[] = [];
  for (const record of records) {
    if (record.type === "job") jobs.push(record);
    else if (record.type === "run") runs.push(record.run);
    else if (record.type === "cause") causes.push(record.cause);
    else if (record.type === "queue") await pause(tx, record.queue, record.paused);
    else if (record.type === "counters") await writeCounters(tx, record);
  }
  await writeRuns(tx, runs);
  await writeCauses(tx, causes);
  if (jobs.length > 0) await writeJobs(tx, jobs);
  await writeSchedules(tx, records.flatMap((record) => record.type === "schedule" ? [record.schedule] : []));
  await writeHistories(tx, records.flatMap((record) => record.type === "firing" ? [record.firing] : []));
  await appendLog(tx, records.flatMap((record) => record.type === "log" ? [record.chunk] : []));
  await tx.run("UPDATE gigq.store SET state = $1", JSON.stringify({ ...state, after: next }));
}

/** A sequence begins with 1, which was not given yet when it says so. */
async function writeCounters(
  tx: Tx,
  { job, run, cause, schedule }: Extract<TransferRecord, { type: "counters" }>,
): Promise<void> {
  const sequences = { job_id: job, workflow_id: run, cause_id: cause, schedule_id: schedule };
  for (const [name, last] of Object.entries(sequences)) {
    await tx.all(`SELECT setval('gigq.${name}', greatest($1::bigint, 1), $1::bigint > 0)`, last);
  }
}

async function writeRuns(tx: Tx, runs: readonly WorkflowRun[]): Promise<void> {
  if (runs.length === 0) return;
  await tx.run("DELETE FROM gigq.workflows WHERE id = ANY($1::bigint[])", runs.map((run) => run.id));
  await insertRows(tx, "workflows", runs.map(toRunRow));
}

function toRunRow(run: WorkflowRun): Row {
  const { maxFails } = run;
  return {
    id: run.id,
    name: run.name,
    key: run.key,
    params: JSON.stringify(run.params),
    created_at: ms(run.createdAt),
    source: run.source,
    type: run.type,
    max_fails: maxFails !== null && "count" in maxFails ? maxFails.count : null,
    max_fails_percent: maxFails !== null && "percent" in maxFails ? maxFails.percent : null,
    halted_at: run.haltedAt === null ? null : ms(run.haltedAt),
  };
}

async function writeCauses(tx: Tx, causes: readonly Cause[]): Promise<void> {
  if (causes.length === 0) return;
  await tx.run(
    "DELETE FROM gigq.causes WHERE id = ANY($1::bigint[]) OR fingerprint = ANY($2::text[])",
    causes.map((cause) => cause.id),
    causes.map((cause) => cause.fingerprint),
  );
  await insertRows(tx, "causes", causes.map(toCauseRow));
}

function toCauseRow(cause: Cause): Row {
  const { mutedUntil } = cause;
  return {
    id: cause.id,
    fingerprint: cause.fingerprint,
    class: storable(cause.class),
    message: storable(cause.message),
    count: cause.count,
    first_at: ms(cause.firstAt),
    last_at: ms(cause.lastAt),
    job: cause.job,
    attempt: cause.attempt,
    muted_until: mutedUntil === null ? null : mutedUntil === Infinity ? FOR_EVER : ms(mutedUntil),
  };
}
