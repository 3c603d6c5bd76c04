/** Schedules that need attention. */

import type { Status } from "../../../core/job.ts";
import { BOUNDS } from "../../../core/bounds.ts";
import type { Due, DueSchedule, OpenFiring } from "../../../core/ports.ts";
import { STATUSES } from "../../../core/transitions.ts";
import { toFiring } from "../entry.ts";
import type { Redis, Script } from "../script.ts";
import { compose } from "../scripts/compose.ts";
import { BASE } from "../scripts/lib/base.ts";
import { SCHEDULE_LIB } from "../scripts/lib/schedule.ts";
import { toSchedule } from "./schedules.ts";

/** Ends after so many bytes of schedules or so many open slots. */
const DUE: Script = compose(
  "due schedules",
  BASE,
  SCHEDULE_LIB,
  String.raw`
local refused = guard('claim')
if refused == 'sealed' then return { 0, false, {} } end
if refused then return refused end
local BYTES, SLOTS = 4000000, 5000

local function needy()
  local ids, seen = {}, {}
  local function add(list)
    for _, id in ipairs(list) do
      if not seen[id] and tonumber(id) > A.after then
        seen[id] = true
        ids[#ids + 1] = id
      end
    end
  end
  add(call('ZRANGEBYSCORE', P .. ':nextslots', '-inf', A.now))
  add(call('SMEMBERS', P .. ':open'))
  table.sort(ids, function(x, y) return tonumber(x) < tonumber(y) end)
  return ids
end

-- Its jobs by status: the status of one, or how many a run has of each.
local function jobsOf(entry)
  local _, _, job, run = partsOf(entry)
  if run ~= '' then return call('HMGET', P .. ':run:' .. run, 'c0', 'c1', 'c2', 'c3', 'c4', 'c5', 'c6', 'c7') end
  return job ~= '' and call('HGET', P .. ':job:' .. job, 's')
end

local found, bytes, slots, more = {}, 0, 0, 0
for _, id in ipairs(needy()) do
  if bytes > BYTES or slots > SLOTS then
    more = 1
    break
  end
  local fields, open = call('HGETALL', P .. ':schedule:' .. id), {}
  for _, noun in ipairs({ 'started', 'queued' }) do
    local last = noun == 'queued' and ${BOUNDS.queuedShown} - 1 or -1
    for _, slot in ipairs(call('ZRANGE', P .. ':' .. noun .. ':' .. id, '0', last)) do
      local entry = entryAt(id, slot)
      open[#open + 1] = { entry, jobsOf(entry) }
    end
  end
  for i = 2, #fields, 2 do bytes = bytes + #fields[i] end
  slots = slots + #open
  found[#found + 1] = { id, fields, open, call('ZCARD', P .. ':queued:' .. id) }
end
local next = call('ZRANGEBYSCORE', P .. ':nextslots', '(' .. A.now, '+inf', 'WITHSCORES', 'LIMIT', '0', '1')
return { more, next[2] or false, found }`,
);

type JobsReply = string | readonly (string | null)[] | null;

/** Id, fields, open entries with their jobs, how many are queued. */
type Reply = readonly [
  id: string,
  fields: readonly string[],
  open: readonly (readonly [entry: string, jobs: JobsReply])[],
  queued: number,
];

export async function due(redis: Redis, now: number): Promise<Due> {
  const schedules: DueSchedule[] = [];
  let after = 0;
  for (;;) {
    const control = JSON.stringify({ now: String(now), after });
    const [more, nextAt, replies] = await redis.script<readonly [number, string | null, readonly Reply[]]>(
      DUE,
      control,
    );
    schedules.push(...replies.map(toDue));
    if (more === 0) return { schedules, nextAt: nextAt === null ? null : Number(nextAt) };
    after = schedules.at(-1)!.schedule.id;
  }
}

function toDue([id, fields, entries, queued]: Reply): DueSchedule {
  const open = entries
    .map(([entry, jobs]): OpenFiring => ({ ...toFiring(Number(id), entry), jobs: toCounts(jobs) }))
    .sort((a, b) => a.slot - b.slot);
  return { schedule: toSchedule(id, fields), open, queued };
}

function toCounts(jobs: JobsReply): Partial<Record<Status, number>> {
  if (jobs === null) return {};
  if (typeof jobs === "string") return { [STATUSES[Number(jobs)]!]: 1 };
  const counts = jobs.map((count, code) => [STATUSES[code]!, Number(count ?? 0)] as const);
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}
