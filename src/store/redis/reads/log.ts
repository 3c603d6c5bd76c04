/** The output of attempts, in the chunks it came in. */

import type { JobId } from "../../../core/job.ts";
import type { LogChunk, LogQuery } from "../../../core/ports.ts";
import { STREAMS } from "../../codes.ts";
import type { Redis } from "../script.ts";
import { reading } from "./guard.ts";

/** Reads on until there are enough of the stream. */
const READ_LOG = reading(
  "read log",
  String.raw`
local key, attempts = P .. ':log:' .. A.id, 4294967296
local attempt = A.attempt
if not attempt then
  local last = call('ZREVRANGE', key, '0', '0', 'WITHSCORES')
  if #last == 0 then return {} end
  attempt = math.floor(tonumber(last[2]) / attempts)
end
local from = fmt(attempt * attempts)
if A.after and A.after >= 0 then from = '(' .. fmt(attempt * attempts + A.after) end
local till = '(' .. fmt((attempt + 1) * attempts)
if not A.stream then return call('ZRANGEBYSCORE', key, from, till, 'LIMIT', '0', A.limit) end
local found = {}
for _, chunk in ipairs(call('ZRANGEBYSCORE', key, from, till)) do
  if #found == A.limit then break end
  if chunk:sub(1, 1) == A.stream then found[#found + 1] = chunk end
end
return found`,
);

export async function readLog(redis: Redis, id: JobId, query: LogQuery): Promise<readonly LogChunk[]> {
  const { attempt, after, stream, limit = Infinity } = query;
  const most = Math.max(0, Math.floor(limit));
  if (most === 0) return [];
  const control = {
    id: String(id),
    attempt,
    after: after === undefined || after < 0 ? undefined : after,
    stream: stream === undefined ? undefined : String(STREAMS.indexOf(stream)),
    limit: most === Infinity ? -1 : most,
  };
  const chunks = await redis.bytes<readonly Uint8Array[]>(READ_LOG, JSON.stringify(control));
  return chunks.map((chunk) => toChunk(id, chunk));
}

const COLON = 58;

/** From `<stream>:<attempt>:<seq>:<at>:<bytes>`. */
export function toChunk(id: JobId, bytes: Uint8Array): LogChunk {
  const numbers: number[] = [];
  let from = 0;
  for (let field = 0; field < 4; field++) {
    const colon = bytes.indexOf(COLON, from);
    numbers.push(Number(String.fromCharCode(...bytes.subarray(from, colon))));
    from = colon + 1;
  }
  const [stream, attempt, seq, at] = numbers as [number, number, number, number];
  return { id, attempt, seq, stream: STREAMS[stream]!, at, data: Uint8Array.from(bytes.subarray(from)) };
}
