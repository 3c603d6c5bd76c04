/** All that is stored, in pages. */

import type { LogChunk, TransferPage, TransferRecord } from "../../../core/ports.ts";
import { cut, type Key, type Part, readPage, type Sized, type Slice } from "../../transfer_pages.ts";
import { STREAMS } from "../../codes.ts";
import type { Connection } from "../connection.ts";
import { intactCauses, intactRuns } from "../intact.ts";
import { causes, LAST_CAUSE } from "../ops/causes.ts";
import { workflows } from "../ops/overview.ts";
import { readJobs } from "./read_jobs.ts";
import { readFirings, readSchedules } from "./read_schedules.ts";

export function read(db: Connection, after: string | null, limit: number): TransferPage {
  return readPage(partsOf(db), after, limit);
}

function partsOf(db: Connection): Readonly<Record<string, Part>> {
  return {
    counters: () => ({ records: [readCounters(db)], after: null }),
    queues: (after, limit) => readQueues(db, after as string | null, limit),
    runs: (after, limit) => readRuns(db, numberOf(after), limit),
    causes: (after, limit) => readCauses(db, numberOf(after), limit),
    jobs: (after, limit) => readJobs(db, numberOf(after), limit),
    logs: (after, limit) => readLogs(db, after as readonly number[] | null ?? [0, 0, -1], limit),
    schedules: (after, limit) => readSchedules(db, numberOf(after), limit),
    firings: (after, limit) => readFirings(db, after as readonly number[] | null, limit),
  };
}

/** Ids begin with 1. */
function numberOf(after: Key | null): number {
  return after === null ? 0 : Number(after[0]);
}

function readCounters(db: Connection): TransferRecord {
  const counters = db.get<{ job: number; run: number; cause: number; schedule: number }>(`
    SELECT
      (SELECT value FROM counters WHERE name = 'job') AS job,
      (SELECT value FROM counters WHERE name = 'workflow') AS run,
      ${LAST_CAUSE} AS cause,
      (SELECT value FROM counters WHERE name = 'schedule') AS schedule`)!;
  return { type: "counters", ...counters };
}

/** What was read of a limit, and where to go on: at the end there is less than was asked for. */
function slice(records: readonly TransferRecord[], limit: number, last: Key | undefined): Slice {
  return { records, after: records.length < limit ? null : last ?? null };
}

function readQueues(db: Connection, after: string | null, limit: number): Slice {
  const rows = db.all<{ name: string }>(
    "SELECT name FROM queues WHERE paused = 1 AND (?1 IS NULL OR name > ?1) ORDER BY name LIMIT ?2 + 0",
    after,
    limit,
  );
  const records = rows.map(({ name }) => ({ type: "queue", queue: name, paused: true }) as const);
  return slice(records, limit, rows.at(-1)?.name);
}

function readRuns(db: Connection, after: number, limit: number): Slice {
  const ids = idsAfter(db, "workflows", after, limit);
  const runs = intactRuns(ids.flatMap((id) => workflows(db, { id })));
  return slice(runs.map((run) => ({ type: "run", run })), limit, ids.slice(-1));
}

function readCauses(db: Connection, after: number, limit: number): Slice {
  const ids = idsAfter(db, "causes", after, limit);
  const found = ids.length === 0 ? [] : intactCauses(causes(db, { ids })).toSorted((a, b) => a.id - b.id);
  return slice(found.map((cause) => ({ type: "cause", cause })), limit, ids.slice(-1));
}

function idsAfter(db: Connection, table: "workflows" | "causes", after: number, limit: number): number[] {
  const sql = `SELECT id FROM ${table} WHERE id > ? ORDER BY id LIMIT ? + 0`;
  return db.all<{ id: number }>(sql, after, limit).map((row) => row.id);
}

type LogRow = Omit<LogChunk, "stream"> & { readonly stream: number };

/** In the order of the index. */
function readLogs(db: Connection, after: readonly number[], limit: number): Slice {
  const [job, attempt, seq] = after as [number, number, number];
  const found = db.all<Sized & { job: number; attempt: number; seq: number }>(
    `
    SELECT job, attempt, seq, length(data) AS bytes FROM logs
    WHERE (job, attempt, seq) > (?1, ?2, ?3) ORDER BY job, attempt, seq LIMIT ?4 + 0`,
    ...[job, attempt, seq, limit],
  );
  const kept = cut(found);
  const rows = db.all<LogRow>(
    `
    SELECT job AS id, attempt, seq, stream, at, data FROM logs
    WHERE (job, attempt, seq) > (?1, ?2, ?3) ORDER BY job, attempt, seq LIMIT ?4 + 0`,
    ...[job, attempt, seq, kept.length],
  );
  const records = rows.map((row) => ({
    type: "log",
    chunk: { ...row, stream: STREAMS[row.stream]! },
  } as const));
  const last = kept.at(-1);
  const more = kept.length < found.length || found.length === limit;
  return { records, after: more && last !== undefined ? [last.job, last.attempt, last.seq] : null };
}
