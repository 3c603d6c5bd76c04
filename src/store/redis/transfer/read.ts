/** All that is stored, in an order that stays. */

import type { TransferPage, TransferRecord } from "../../../core/ports.ts";
import { type Key, readRemotePage, type RemotePart, type Slice } from "../../transfer_pages.ts";
import { toCause } from "../reads/causes.ts";
import { toRun } from "../reads/workflows.ts";
import type { Redis } from "../script.ts";
import { BASE } from "../scripts/lib/base.ts";
import { inAnyState } from "../reads/guard.ts";
import { readJobs } from "./read_jobs.ts";
import { readLogs } from "./read_logs.ts";
import { readFirings, readSchedules } from "./read_schedules.ts";

export function readPage(redis: Redis, cursor: string | null, limit: number): Promise<TransferPage> {
  return readRemotePage(partsOf(redis), cursor, limit);
}

function partsOf(redis: Redis): Readonly<Record<string, RemotePart>> {
  return {
    counters: () => readCounters(redis),
    queues: (after, limit) => readQueues(redis, after, limit),
    runs: (after, limit) => readNumbered(redis, "runs", after, limit),
    causes: (after, limit) => readNumbered(redis, "causes", after, limit),
    jobs: (after, limit) => readJobs(redis, after, limit),
    logs: (after, limit) => readLogs(redis, after, limit),
    schedules: (after, limit) => readSchedules(redis, after, limit),
    firings: (after, limit) => readFirings(redis, after, limit),
  };
}

const COUNTERS = inAnyState(
  "counters",
  [BASE],
  "return call('HMGET', P .. ':meta', 'job', 'run', 'cause', 'schedule')",
);

async function readCounters(redis: Redis): Promise<Slice> {
  const [job, run, cause, schedule] = await redis.script<readonly (string | null)[]>(COUNTERS, "{}");
  const record = {
    type: "counters",
    job: Number(job),
    run: Number(run),
    cause: Number(cause),
    schedule: Number(schedule),
  } as const;
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
