/** Jobs with everything but their output. */

import type { Unique } from "../../../core/job.ts";
import type { JobRecord } from "../../../core/ports.ts";
import type { Key, Slice } from "../../transfer_pages.ts";
import { JOB } from "../keys.ts";
import { toAttempts } from "../reads/attempts.ts";
import { toCheckpoint } from "../reads/checkpoints.ts";
import { type Fields, type JobReply, numberOf, toFields, toJobs } from "../reads/job.ts";
import { SOURCES } from "../reads/sources.ts";
import type { Redis } from "../script.ts";
import { BASE } from "../scripts/lib/base.ts";
import { inAnyState } from "../reads/guard.ts";

/** Ends after that many bytes of users' JSON. */
const JOBS = inAnyState(
  "read jobs",
  [BASE, SOURCES],
  String.raw`
local BYTES = 4000000
local found, size = {}, 0
local ids = candidates()
for i, id in ipairs(ids) do
  if #found == A.limit or size > BYTES then break end
  local fields = call('HGETALL', P .. ':job:' .. id)
  local text = call('MGET', P .. ':payload:' .. id, P .. ':result:' .. id, P .. ':error:' .. id, P .. ':progress:' .. id)
  local attempts = call('GET', P .. ':attempts:' .. id)
  for k = 1, 4 do size = size + (text[k] and #text[k] or 0) end
  size = size + (attempts and #attempts or 0)
  local key = call('HGET', P .. ':job:' .. id, 'i')
  found[i] = {
    { id, fields, text, call('SMEMBERS', P .. ':canaries:' .. id) },
    attempts,
    call('HGETALL', P .. ':saved:' .. id),
    key and call('HGET', P .. ':keys', key) or false,
  }
end
return { (#found == SCAN or #found < #ids) and 1 or 0, found }`,
);

/** Job, attempts that ended, checkpoint, holder of its key. */
type Reply = readonly [JobReply, string | null, readonly string[], string | null];

export async function readJobs(redis: Redis, after: Key | null, limit: number): Promise<Slice> {
  const control = { order: "asc", limit, ...(after === null ? {} : { after: String(after[0]) }) };
  const [more, replies] = await redis.script<[number, readonly Reply[]]>(JOBS, JSON.stringify(control));
  const jobs = await toJobs(redis, replies.map(([job]) => job));
  const records = replies.map(([[, flat], attempts, saved, holder], at): JobRecord => {
    const fields = toFields(flat);
    const job = jobs[at]!;
    return {
      type: "job",
      job,
      runAt: numberOf(fields, JOB.runAt),
      unique: toUnique(fields),
      holdsKey: holder !== null && Number(holder) === job.id,
      startBy: numberOf(fields, JOB.startBy),
      attempts: toAttempts(attempts),
      checkpoint: toCheckpoint(saved),
    };
  });
  return { records, after: more === 1 ? [jobs.at(-1)!.id] : null };
}

function toUnique(fields: Fields): Unique | null {
  const key = fields.get(JOB.uniqueKey);
  if (key === undefined) return null;
  const scope = numberOf(fields, JOB.uniqueScope)!;
  return { key, scope: scope === -1 ? "unfinished" : scope === -2 ? "always" : scope };
}
