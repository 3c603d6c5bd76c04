/** How many jobs a selector means. */

import type { Selector } from "../../../core/ports.ts";
import type { Redis } from "../script.ts";
import { reading } from "./guard.ts";
import { MATCHES } from "./matches.ts";
import { chunksOf, type Selection } from "./selection.ts";
import { SOURCES } from "./sources.ts";

const COUNT = reading(
  "count",
  String.raw`${SOURCES}${MATCHES}
local ids = candidates()
local n = 0
for _, id in ipairs(ids) do
  if matches(id) then n = n + 1 end
end
return { not A.ids and #ids >= SCAN and ids[#ids], n }`,
);

/** What is counted as it changes need not be looked at. */
const TALLY = reading(
  "tally",
  String.raw`${MATCHES}
local codes = A.statuses or { '0', '1', '2', '3', '4', '5', '6', '7' }
local n = 0
local function add(key, fields)
  for _, count in ipairs(call('HMGET', key, unpack(fields))) do n = n + tonumber(count or 0) end
end
local function fieldsOf(before)
  local fields = {}
  for i, code in ipairs(codes) do fields[i] = before .. code end
  return fields
end
if A.workflow then add(P .. ':run:' .. A.workflow, fieldsOf('c'))
elseif lanes then
  for lane in pairs(lanes) do add(P .. ':counts', fieldsOf(lane .. ':')) end
else add(P .. ':counts', codes) end
return n`,
);

/** `limit`, `order` and `cursor` are ignored. */
export async function count(redis: Redis, selector: Selector): Promise<number> {
  const chunks = chunksOf({ ...selector, order: "asc", cursor: undefined });
  if (chunks.length === 1 && isTallied(chunks[0]!)) {
    return await redis.script<number>(TALLY, JSON.stringify(chunks[0]));
  }
  let total = 0;
  for (const chunk of chunks) {
    let after: string | undefined;
    do {
      const [next, found] = await redis.script<[string | null, number]>(
        COUNT,
        JSON.stringify({ ...chunk, after }),
      );
      total += found;
      after = next ?? undefined;
    } while (after !== undefined);
  }
  return total;
}

function isTallied(
  { ids, queues, kinds, name, tag, workflow, cause, dead, finishedBefore }: Selection,
): boolean {
  const others = [ids, name, tag, cause, dead, finishedBefore];
  const lanes = queues !== undefined || kinds !== undefined;
  return others.every((member) => member === undefined) && !(lanes && workflow !== undefined);
}
