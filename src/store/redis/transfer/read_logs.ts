/** The output of jobs, by job, attempt and number. */

import type { LogChunk } from "../../../core/ports.ts";
import type { Key, Slice } from "../../transfer_pages.ts";
import { logScore } from "../keys.ts";
import { toChunk } from "../reads/log.ts";
import { SOURCES } from "../reads/sources.ts";
import type { Redis } from "../script.ts";
import { BASE } from "../scripts/lib/base.ts";
import { inAnyState } from "../reads/guard.ts";

/** Goes on within one job, then with the jobs after it; the answer tells how far it looked. */
const LOGS = inAnyState(
  "read logs",
  [BASE, SOURCES],
  String.raw`
local BYTES = 4000000
local found, size, last = {}, 0, false
local function add(id, from)
  local rest = A.limit - #found
  for _, chunk in ipairs(call('ZRANGEBYSCORE', P .. ':log:' .. id, from, '+inf', 'LIMIT', '0', rest)) do
    if size > BYTES then return end
    found[#found + 1] = { id, chunk }
    size = size + #chunk
  end
end
local function isFull() return #found >= A.limit or size > BYTES end
if A.score then add(A.after, '(' .. A.score) end
if isFull() then return { 'more', found } end
local ids = candidates()
for _, id in ipairs(ids) do
  add(id, '-inf')
  if isFull() then return { 'more', found } end
  last = id
end
return { #ids == SCAN and last, found }`,
);

/** `more`, or the id up to which there is nothing else, or `null` at the end. */
type Reply = readonly [Uint8Array | null, readonly (readonly [Uint8Array, Uint8Array])[]];

export async function readLogs(redis: Redis, after: Key | null, limit: number): Promise<Slice> {
  let [id, attempt, seq] = (after ?? []) as number[];
  for (;;) {
    const score = attempt === undefined ? undefined : String(logScore(attempt, seq!));
    const control = { order: "asc", limit, score, ...(id === undefined ? {} : { after: String(id) }) };
    const [state, replies] = await redis.bytes<Reply>(LOGS, JSON.stringify(control));
    const chunks = replies.map(([job, bytes]) => toChunk(Number(text(job)), bytes));
    const records = chunks.map((chunk) => ({ type: "log", chunk }) as const);
    if (state === null) return { records, after: null };
    const next = text(state) === "more" ? keyOf(chunks.at(-1)!) : [Number(text(state))];
    if (records.length > 0) return { records, after: next };
    // A thousand jobs without output are no page.
    [id, attempt, seq] = next as [number, number?, number?];
  }
}

function keyOf({ id, attempt, seq }: LogChunk): number[] {
  return [id, attempt, seq];
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
