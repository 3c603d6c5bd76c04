/** Fills a store with what another one holds. Records that are there already are replaced. */

import type { Cause } from "../../../core/job.ts";
import type { JobRecord, LogChunk, TransferRecord, WorkflowRun } from "../../../core/ports.ts";
import type { Firing, Schedule } from "../../../core/schedule.ts";
import { notReceiving } from "../../refusal.ts";
import { ms, STREAMS } from "../../codes.ts";
import type { Connection } from "../connection.ts";
import { insertAll } from "../ops/bulk.ts";
import { FOR_EVER } from "../ops/causes.ts";
import { pause } from "../ops/pause.ts";
import { remove } from "../schedules/keep.ts";
import { nextAtOf, writeFirings } from "../schedules/rows.ts";
import { stateOf } from "../state.ts";
import { writeJobs } from "./write_jobs.ts";

export function write(db: Connection, records: readonly TransferRecord[], next: string | null): void {
  const state = stateOf(db);
  if (state.type !== "receiving") throw notReceiving();
  const jobs: JobRecord[] = [];
  const chunks: LogChunk[] = [];
  const firings: Firing[] = [];
  for (const record of records) {
    if (record.type === "job") jobs.push(record);
    else if (record.type === "log") chunks.push(record.chunk);
    else if (record.type === "firing") firings.push(record.firing);
    else writeOther(db, record);
  }
  if (jobs.length > 0) writeJobs(db, jobs);
  writeLogs(db, chunks);
  writeFirings(db, firings);
  db.run("UPDATE store SET state = ? WHERE only_row = 1", JSON.stringify({ ...state, after: next }));
}

function writeOther(
  db: Connection,
  record: Exclude<TransferRecord, { type: "job" | "log" | "firing" }>,
): void {
  switch (record.type) {
    case "counters":
      return writeCounters(db, record);
    case "queue":
      return pause(db, record.queue, record.paused);
    case "run":
      return writeRun(db, record.run);
    case "cause":
      return writeCause(db, record.cause);
    case "schedule":
      return writeSchedule(db, record.schedule);
  }
}

function writeCounters(
  db: Connection,
  { job, run, cause, schedule }: Extract<TransferRecord, { type: "counters" }>,
): void {
  for (const [name, value] of Object.entries({ job, workflow: run, cause, schedule })) {
    db.run("UPDATE counters SET value = ?2 WHERE name = ?1", name, value);
  }
}

function writeRun(db: Connection, run: WorkflowRun): void {
  const { maxFails } = run;
  db.run(
    `
    INSERT OR REPLACE INTO workflows (
      id, name, key, params, created_at, source, type, max_fails, max_fails_percent, halted_at
    ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ...[run.id, run.name, run.key, JSON.stringify(run.params), ms(run.createdAt), run.source, run.type],
    maxFails !== null && "count" in maxFails ? maxFails.count : null,
    maxFails !== null && "percent" in maxFails ? maxFails.percent : null,
    run.haltedAt === null ? null : ms(run.haltedAt),
  );
}

function writeCause(db: Connection, cause: Cause): void {
  const { mutedUntil } = cause;
  db.run(
    `
    INSERT OR REPLACE INTO causes (
      id, fingerprint, class, message, count, first_at, last_at, job, attempt, muted_until
    ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ...[cause.id, cause.fingerprint, cause.class, cause.message, cause.count],
    ...[ms(cause.firstAt), ms(cause.lastAt), cause.job, cause.attempt],
    mutedUntil === null ? null : mutedUntil === Infinity ? FOR_EVER : ms(mutedUntil),
  );
}

function writeSchedule(db: Connection, schedule: Schedule): void {
  const { id, name, version, createdAt, state, definition } = schedule;
  // One that had the name when it was written before is gone by now.
  const earlier = db.get<{ id: number }>("SELECT id FROM schedules WHERE name = ? AND id <> ?", name, id);
  if (earlier !== undefined) remove(db, earlier.id);
  db.run(
    "INSERT OR REPLACE INTO schedules (id, name, version, created_at, next_at, state) VALUES (?, ?, ?, ?, ?, ?)",
    ...[id, name, version, ms(createdAt), nextAtOf(state), JSON.stringify(state)],
  );
  const body = JSON.stringify(definition);
  db.run("INSERT OR REPLACE INTO schedule_definitions (id, body) VALUES (?, ?)", id, body);
}

function writeLogs(db: Connection, chunks: readonly LogChunk[]): void {
  const rows = chunks.map(({ id, attempt, seq, stream, at, data }) => [
    ...[id, attempt, seq, STREAMS.indexOf(stream), ms(at)],
    data,
  ]);
  insertAll(db, "INSERT OR REPLACE INTO logs (job, attempt, seq, stream, at, data)", rows);
}
