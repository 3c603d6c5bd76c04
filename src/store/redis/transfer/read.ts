/** All that is stored, in an order that stays. */

import { UsageError } from "../../../core/errors.ts";
import type { TransferPage, TransferRecord } from "../../../core/ports.ts";
import type { Key, Slice } from "../../transfer_pages.ts";
import { toCause } from "../reads/causes.ts";
import { toRun } from "../reads/workflows.ts";
import type { Redis } from "../script.ts";
import { BASE } from "../scripts/lib/base.ts";
import { inAnyState } from "../reads/guard.ts";
import { readJobs } from "./read_jobs.ts";
import { readLogs } from "./read_logs.ts";

/** Records of one kind, read in a fixed order. */
type Part = (redis: Redis, after: Key | null, limit: number) => Promise<Slice>;

const PARTS: Readonly<Record<string, Part>> = {
  counters: readCounters,
  queues: readQueues,
  runs: (redis, after, limit) => readNumbered(redis, "runs", after, limit),
  causes: (redis, after, limit) => readNumbered(redis, "causes", after, limit),
  jobs: readJobs,
  logs: readLogs,
};

/**
 * A page over all parts, one after the other.
 *
 * @throws {UsageError} For a cursor of another store
 */
export async function readPage(redis: Redis, cursor: string | null, limit: number): Promise<TransferPage> {
  const names = Object.keys(PARTS);
  const [name, key] = cursor === null ? [names[0]!, null] : JSON.parse(cursor) as [string, Key | null];
  const start = names.indexOf(name);
  if (start < 0) throw new UsageError(`${cursor} is no place to go on reading from`);
  const records: TransferRecord[] = [];
  for (let at = start; at < names.length; at++) {
    const part = names[at]!;
    if (records.length >= limit) return { records, next: JSON.stringify([part, null]) };
    const slice = await PARTS[part]!(redis, at === start ? key : null, limit - records.length);
    for (const record of slice.records) records.push(record);
    if (slice.after !== null) return { records, next: JSON.stringify([part, slice.after]) };
  }
  return { records, next: null };
}

const COUNTERS = inAnyState("counters", [BASE], "return call('HMGET', P .. ':meta', 'job', 'run', 'cause')");

async function readCounters(redis: Redis): Promise<Slice> {
  const [job, run, cause] = await redis.script<readonly (string | null)[]>(COUNTERS, "{}");
  const record = { type: "counters", job: Number(job), run: Number(run), cause: Number(cause) } as const;
  return { records: [record], after: null };
}

const PAUSED = inAnyState("paused", [BASE], "return call('SMEMBERS', P .. ':paused')");

async function readQueues(redis: Redis, after: Key | null, limit: number): Promise<Slice> {
  const names = (await redis.script<readonly string[]>(PAUSED, "{}"))
    .filter((name) => after === null || name > (after as string)).sort().slice(0, limit);
  return {
    records: names.map((queue) => ({ type: "queue", queue, paused: true })),
    after: names.length < limit ? null : names.at(-1)!,
  };
}

/** By rising number, whatever the index is ordered by. */
const NUMBERED = inAnyState(
  "numbered",
  [BASE],
  String.raw`
local ids = A.what == 'runs' and call('ZRANGE', P .. ':runs', '0', '-1') or call('HVALS', P .. ':causeids')
table.sort(ids, function(x, y) return tonumber(x) < tonumber(y) end)
local found = {}
for _, id in ipairs(ids) do
  if #found == A.limit then break end
  if tonumber(id) > A.after then
    found[#found + 1] = { id, call('HGETALL', P .. (A.what == 'runs' and ':run:' or ':cause:') .. id) }
  end
end
return found`,
);

async function readNumbered(
  redis: Redis,
  what: "runs" | "causes",
  after: Key | null,
  limit: number,
): Promise<Slice> {
  const control = { what, after: after === null ? 0 : Number(after[0]), limit };
  const replies = await redis.script<readonly [string, readonly string[]][]>(
    NUMBERED,
    JSON.stringify(control),
  );
  const records = replies.map(([id, flat]): TransferRecord =>
    what === "runs" ? { type: "run", run: toRun(id, flat) } : { type: "cause", cause: toCause(id, flat) }
  );
  return { records, after: replies.length < limit ? null : [Number(replies.at(-1)![0])] };
}
