/** Schedules as they stand. */

import type { Schedule, ScheduleDefinition, ScheduleState } from "../../../core/schedule.ts";
import { SCHEDULE } from "../keys.ts";
import { safeJson, wellFormed } from "../ops/text.ts";
import type { Redis } from "../script.ts";
import { reading } from "./guard.ts";
import { toFields } from "./job.ts";

/** Which schedules: those that are meant by both lists. */
export interface ScheduleFilter {
  readonly ids?: readonly number[];
  readonly names?: readonly string[];
}

/** Id and fields. */
export type ScheduleReply = readonly [id: string, fields: readonly string[]];

/** Lua: ids of all schedules by rising number. */
export const SCHEDULE_IDS = String.raw`
local function byNumber(ids)
  table.sort(ids, function(x, y) return tonumber(x) < tonumber(y) end)
  return ids
end

local function scheduleIds() return byNumber(call('HVALS', P .. ':schedules')) end
`;

/** Lua: `schedulesOf(ids, after, limit)` reads those that come later than one, and ends after that many bytes. */
export const SCHEDULES_OF = String.raw`${SCHEDULE_IDS}
local BYTES = 4000000
local function schedulesOf(ids, after, limit)
  local found, size, more = {}, 0, false
  for _, id in ipairs(ids) do
    if tonumber(id) > after then
      if #found == limit or size > BYTES then
        more = true
        break
      end
      local fields = call('HGETALL', P .. ':schedule:' .. id)
      for i = 2, #fields, 2 do size = size + #fields[i] end
      if #fields > 0 then found[#found + 1] = { id, fields } end
    end
  end
  return { more and 1 or 0, found }
end
`;

const LIST = reading(
  "schedules",
  String.raw`${SCHEDULES_OF}
local function named(names)
  local ids = {}
  for _, name in ipairs(names) do
    local id = call('HGET', P .. ':schedules', name)
    if id then ids[#ids + 1] = id end
  end
  return byNumber(ids)
end

return schedulesOf(A.names and named(A.names) or A.ids and byNumber(A.ids) or scheduleIds(), A.after, -1)`,
);

/** By name. */
export async function schedules(redis: Redis, { ids, names }: ScheduleFilter): Promise<readonly Schedule[]> {
  const control = {
    ids: ids && [...new Set(ids)].map(String),
    names: names && [...new Set(names.map(wellFormed))],
  };
  const found: Schedule[] = [];
  let after = 0;
  for (;;) {
    const [more, replies] = await redis.script<readonly [number, readonly ScheduleReply[]]>(
      LIST,
      safeJson({ ...control, after }),
    );
    found.push(...replies.map(([id, flat]) => toSchedule(id, flat)));
    if (more === 0) break;
    after = found.at(-1)!.id;
  }
  const meant = ids === undefined ? found : found.filter(({ id }) => ids.includes(id));
  return meant.sort((a, b) => a.name < b.name ? -1 : 1);
}

export function toSchedule(id: string, flat: readonly string[]): Schedule {
  const fields = toFields(flat);
  return {
    id: Number(id),
    name: fields.get(SCHEDULE.name)!,
    version: Number(fields.get(SCHEDULE.version)),
    createdAt: Number(fields.get(SCHEDULE.createdAt)),
    definition: JSON.parse(fields.get(SCHEDULE.definition)!) as ScheduleDefinition,
    state: JSON.parse(fields.get(SCHEDULE.state)!) as ScheduleState,
  };
}
