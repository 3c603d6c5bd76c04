/** Schedules and their histories. */

import type { TransferRecord } from "../../../core/ports.ts";
import type { Key, Slice } from "../../transfer_pages.ts";
import { toFiring } from "../entry.ts";
import { inAnyState } from "../reads/guard.ts";
import { SCHEDULE_IDS, type ScheduleReply, SCHEDULES_OF, toSchedule } from "../reads/schedules.ts";
import type { Redis } from "../script.ts";
import { BASE } from "../scripts/lib/base.ts";

const SCHEDULES = inAnyState(
  "read schedules",
  [BASE, SCHEDULES_OF],
  "return schedulesOf(scheduleIds(), A.after, A.limit)",
);

export async function readSchedules(redis: Redis, after: Key | null, limit: number): Promise<Slice> {
  const control = { after: after === null ? 0 : Number(after[0]), limit };
  const [more, replies] = await redis.script<readonly [number, readonly ScheduleReply[]]>(
    SCHEDULES,
    JSON.stringify(control),
  );
  const schedules = replies.map(([id, flat]) => toSchedule(id, flat));
  return {
    records: schedules.map((schedule): TransferRecord => ({ type: "schedule", schedule })),
    after: more === 1 ? [schedules.at(-1)!.id] : null,
  };
}

/** By rising slot. */
const FIRINGS = inAnyState(
  "read firings",
  [BASE, SCHEDULE_IDS],
  String.raw`
local found = {}
for _, id in ipairs(scheduleIds()) do
  local left = A.limit - #found
  if left > 0 and tonumber(id) >= tonumber(A.schedule) then
    local earliest = id == A.schedule and '(' .. A.slot or '-inf'
    local entries = call('ZRANGEBYSCORE', P .. ':firings:' .. id, earliest, '+inf', 'LIMIT', '0', fmt(left))
    for _, entry in ipairs(entries) do found[#found + 1] = { id, entry } end
  end
end
return found`,
);

export async function readFirings(redis: Redis, after: Key | null, limit: number): Promise<Slice> {
  const [schedule, slot] = after === null ? ["0", "0"] : [String(after[0]), String(after[1])];
  const entries = await redis.script<readonly (readonly [schedule: string, entry: string])[]>(
    FIRINGS,
    JSON.stringify({ schedule, slot, limit }),
  );
  const firings = entries.map(([id, entry]) => toFiring(Number(id), entry));
  const last = firings.at(-1);
  return {
    records: firings.map((firing): TransferRecord => ({ type: "firing", firing })),
    after: last === undefined || firings.length < limit ? null : [last.schedule, last.slot],
  };
}
