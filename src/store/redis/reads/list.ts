/** Jobs that a selector means. */

import type { Job } from "../../../core/job.ts";
import type { Selector } from "../../../core/ports.ts";
import type { Redis } from "../script.ts";
import { reading } from "./guard.ts";
import { type JobReply, toJobs } from "./job.ts";
import { MATCHES } from "./matches.ts";
import { chunksOf } from "./selection.ts";
import { SOURCES } from "./sources.ts";

/** Ends after that many bytes of users' JSON. */
const LIST = reading(
  "list",
  String.raw`${SOURCES}${MATCHES}
local BYTES = 4000000
local ids = candidates()
local found, size, last = {}, 0, false
local more = not A.ids and #ids >= SCAN
for _, id in ipairs(ids) do
  if #found == A.limit or size > BYTES then
    more = true
    break
  end
  last = id
  if matches(id) then
    local text = call('MGET', P .. ':payload:' .. id, P .. ':result:' .. id, P .. ':error:' .. id, P .. ':progress:' .. id)
    for i = 1, 4 do size = size + (text[i] and #text[i] or 0) end
    local fields = call('HGETALL', P .. ':job:' .. id)
    local canaries = call('SMEMBERS', P .. ':canaries:' .. id)
    found[#found + 1] = { id, fields, text, canaries }
  end
end
return { more and last, found }`,
);

/** In the order of their ids. */
export async function list(redis: Redis, selector: Selector): Promise<readonly Job[]> {
  const { limit = Infinity } = selector;
  let left = Math.max(0, Math.floor(limit));
  const found: Job[] = [];
  for (const chunk of chunksOf(selector)) {
    let after = chunk.after;
    do {
      if (left <= 0) return found;
      const control = { ...chunk, after, limit: Math.min(left, Number.MAX_SAFE_INTEGER) };
      const reply = await redis.script<[string | null, readonly JobReply[]]>(LIST, JSON.stringify(control));
      const jobs = await toJobs(redis, reply[1]);
      for (const job of jobs) found.push(job);
      left -= jobs.length;
      after = reply[0] ?? undefined;
    } while (after !== undefined);
  }
  return found;
}
