/** What became of the slots of schedules. */

import type { Firing } from "../../../core/schedule.ts";
import type { FiringFilter } from "../../../core/ports.ts";
import { toFiring } from "../entry.ts";
import type { Redis } from "../script.ts";
import { reading } from "./guard.ts";
import { SCHEDULE_IDS } from "./schedules.ts";

/** Looks at so many entries in one step, and says where to go on: at which schedule, before which slot, how many are left. */
const FIRINGS = reading(
  "firings",
  String.raw`${SCHEDULE_IDS}
local PAGE, SCAN = 1000, 10000
local wanted = nil
if A.statuses then
  wanted = {}
  for _, status in ipairs(A.statuses) do wanted[status] = true end
end

local found, looked = {}, 0
for _, id in ipairs(A.schedules and byNumber(A.schedules) or scheduleIds()) do
  local isFirst = id == A.at.schedule
  if isFirst or tonumber(id) > tonumber(A.at.schedule) then
    local latest, left = isFirst and A.at.latest or A.latest, isFirst and A.at.left or A.limit
    local entries
    repeat
      if looked >= SCAN then return { { id, latest, left }, found } end
      local size = wanted and PAGE or math.min(PAGE, left)
      entries = call('ZREVRANGEBYSCORE', P .. ':firings:' .. id, latest, A.earliest, 'LIMIT', '0', fmt(size))
      for _, entry in ipairs(entries) do
        local slot, status = entry:match('^(%-?%d+):(%l+):')
        latest = '(' .. slot
        if left > 0 and (not wanted or wanted[status]) then
          left = left - 1
          found[#found + 1] = { id, entry }
        end
      end
      looked = looked + #entries + 1
    until left == 0 or #entries < size
  end
end
return { false, found }`,
);

type Place = readonly [schedule: string, latest: string, left: number];
type Reply = readonly [place: Place | null, found: readonly (readonly [schedule: string, entry: string])[]];

/** By schedule, then the latest first. */
export async function firings(redis: Redis, filter: FiringFilter): Promise<readonly Firing[]> {
  const { schedules, statuses, from = -Infinity, until = Infinity, limit = Infinity } = filter;
  const most = Math.min(Math.max(0, Math.floor(limit)), Number.MAX_SAFE_INTEGER);
  if (schedules?.length === 0 || statuses?.length === 0 || most === 0) return [];
  const control = {
    schedules: schedules && [...new Set(schedules)].map(String),
    statuses,
    earliest: toScore(from),
    latest: toScore(until),
    limit: most,
  };
  const found: Firing[] = [];
  let place: Place | null = ["0", control.latest, most];
  while (place !== null) {
    const [schedule, latest, left] = place as Place;
    const at = { schedule, latest, left };
    const reply: Reply = await redis.script<Reply>(FIRINGS, JSON.stringify({ ...control, at }));
    found.push(...reply[1].map(([id, entry]) => toFiring(Number(id), entry)));
    place = reply[0];
  }
  return found;
}

/** A bound as sorted sets take it. */
function toScore(time: number): string {
  if (Number.isFinite(time)) return String(time);
  return time > 0 ? "+inf" : "-inf";
}
