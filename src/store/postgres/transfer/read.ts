/** All that is stored, in pages. */

import type { LogChunk, TransferPage, TransferRecord } from "../../../core/ports.ts";
import { cut, type Key, readRemotePage, type RemotePart, type Slice } from "../../transfer_pages.ts";
import { STREAMS } from "../../codes.ts";
import { causes } from "../reads/causes.ts";
import { workflows } from "../reads/workflows.ts";
import type { Tx } from "../tx.ts";
import { readJobs } from "./read_jobs.ts";
import { readFirings, readSchedules } from "./read_schedules.ts";

export function read(tx: Tx, after: string | null, limit: number): Promise<TransferPage> {
  return readRemotePage(partsOf(tx), after, limit);
}

function partsOf(tx: Tx): Readonly<Record<string, RemotePart>> {
  return {
    counters: async () => ({ records: [await readCounters(tx)], after: null }),
    queues: (after, limit) => readQueues(tx, after as string | null, limit),
    runs: (after, limit) => readRuns(tx, numberOf(after), limit),
    causes: (after, limit) => readCauses(tx, numberOf(after), limit),
    jobs: (after, limit) => readJobs(tx, numberOf(after), limit),
    logs: (after, limit) => readLogs(tx, after as readonly number[] | null ?? [0, 0, -1], limit),
    schedules: (after, limit) => readSchedules(tx, numberOf(after), limit),
    firings: (after, limit) => readFirings(tx, after as readonly number[] | null ?? [0, 0], limit),
  };
}

/** Ids begin with 1. */
function numberOf(after: Key | null): number {
  return after === null ? 0 : Number(after[0]);
}

async function readCounters(tx: Tx): Promise<TransferRecord> {
  const last = (name: string): string =>
    `(SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM gigq.${name})`;
  const row = await tx.get<{ job: number; run: number; cause: number; schedule: number }>(
    `SELECT ${last("job_id")} AS job, ${last("workflow_id")} AS run, ${last("cause_id")} AS cause,
      ${last("schedule_id")} AS schedule`,
  );
  return { type: "counters", ...row! };
}

/** What was read of a limit, and where to go on: at the end there is less than was asked for. */
function slice(records: readonly TransferRecord[], limit: number, last: Key | undefined): Slice {
  return { records, after: records.length < limit ? null : last ?? null };
}

/** In the order of bytes, which is the same on every server. */
async function readQueues(tx: Tx, after: string | null, limit: number): Promise<Slice> {
  const rows = await tx.all<{ name: string }>(
    `
    SELECT name FROM gigq.queues WHERE paused AND ($1::text IS NULL OR name COLLATE "C" > $1::text)
    ORDER BY name COLLATE "C" LIMIT $2::bigint`,
    after,
    limit,
  );
  const records = rows.map(({ name }) => ({ type: "queue", queue: name, paused: true }) as const);
  return slice(records, limit, rows.at(-1)?.name);
}

async function readRuns(tx: Tx, after: number, limit: number): Promise<Slice> {
  const ids = await idsAfter(tx, "workflows", after, limit);
  const found = (await Promise.all(ids.map((id) => workflows(tx, { id })))).flat();
  return slice(found.map((run) => ({ type: "run", run })), limit, ids.slice(-1));
}

async function readCauses(tx: Tx, after: number, limit: number): Promise<Slice> {
  const ids = await idsAfter(tx, "causes", after, limit);
  const found = ids.length === 0 ? [] : (await causes(tx, { ids })).toSorted((a, b) => a.id - b.id);
  return slice(found.map((cause) => ({ type: "cause", cause })), limit, ids.slice(-1));
}

async function idsAfter(
  tx: Tx,
  table: "workflows" | "causes",
  after: number,
  limit: number,
): Promise<number[]> {
  const rows = await tx.all<{ id: number }>(
    `SELECT id FROM gigq.${table} WHERE id > $1 ORDER BY id LIMIT $2::bigint`,
    after,
    limit,
  );
  return rows.map((row) => row.id);
}

type LogRow = Omit<LogChunk, "stream"> & { readonly stream: number };

/** In the order of the index. */
async function readLogs(tx: Tx, after: readonly number[], limit: number): Promise<Slice> {
  const rows = (columns: string): string => `
    SELECT ${columns} FROM gigq.logs WHERE (job, attempt, seq) > ($1::bigint, $2::int, $3::int)
    ORDER BY job, attempt, seq LIMIT $4::bigint`;
  const found = await tx.all<{ job: number; attempt: number; seq: number; bytes: number }>(
    rows("job, attempt, seq, octet_length(data) AS bytes"),
    ...after,
    limit,
  );
  const kept = cut(found);
  const chunks = await tx.all<LogRow>(
    rows("job AS id, attempt, seq, stream, at, data"),
    ...after,
    kept.length,
  );
  const records = chunks.map((
    row,
  ) => ({ type: "log", chunk: { ...row, stream: STREAMS[row.stream]! } } as const));
  const last = kept.at(-1);
  const more = kept.length < found.length || found.length === limit;
  return { records, after: more && last !== undefined ? [last.job, last.attempt, last.seq] : null };
}
