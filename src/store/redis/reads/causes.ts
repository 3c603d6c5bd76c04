/** Causes: what failures have in common. */

import type { Cause } from "../../../core/job.ts";
import type { Redis } from "../script.ts";
import { reading } from "./guard.ts";
import { toFields } from "./job.ts";

/** Which causes. */
export interface CauseFilter {
  readonly ids?: readonly number[];
  readonly fingerprint?: string;
  readonly since?: number;
  readonly limit?: number;
}

/** Those seen at the same time as the last one belong to it: among them ids decide. */
const CAUSES = reading(
  "causes",
  String.raw`
local key, since = P .. ':causes', A.since or '-inf'
local ids = A.ids
if A.fingerprint then ids = { call('HGET', P .. ':causeids', A.fingerprint) or nil } end
if not ids then
  ids = call('ZREVRANGEBYSCORE', key, '+inf', since, 'LIMIT', '0', A.limit)
  if #ids > 0 then
    local last = call('ZSCORE', key, ids[#ids])
    local seen = {}
    for _, id in ipairs(ids) do seen[id] = true end
    for _, id in ipairs(call('ZRANGEBYSCORE', key, last, last)) do
      if not seen[id] then ids[#ids + 1] = id end
    end
  end
end
local found = {}
for i, id in ipairs(ids) do found[i] = { id, call('HGETALL', P .. ':cause:' .. id) } end
return found`,
);

/** The one seen last first. */
export async function causes(redis: Redis, filter: CauseFilter): Promise<readonly Cause[]> {
  const { ids, fingerprint, since, limit = Infinity } = filter;
  const most = Math.max(0, Math.floor(limit));
  if (most === 0 || ids?.length === 0) return [];
  const narrow = ids !== undefined || fingerprint !== undefined;
  const control = {
    ids: ids && [...new Set(ids)].map(String),
    fingerprint,
    since: since === undefined || since === -Infinity
      ? undefined
      : since === Infinity
      ? "+inf"
      : String(since),
    limit: narrow || most === Infinity ? -1 : most,
  };
  const replies = await redis.script<readonly [string, readonly string[]][]>(CAUSES, JSON.stringify(control));
  return replies.filter(([, flat]) => flat.length > 0)
    .map(([id, flat]) => toCause(id, flat))
    .filter(({ id, lastAt }) => (ids?.includes(id) ?? true) && (since === undefined || lastAt >= since))
    .sort((a, b) => b.lastAt - a.lastAt || b.id - a.id)
    .slice(0, most);
}

export function toCause(id: string, flat: readonly string[]): Cause {
  const fields = toFields(flat);
  const number = (name: string): number => Number(fields.get(name));
  const muted = fields.get("mutedUntil");
  return {
    id: Number(id),
    fingerprint: fields.get("fingerprint")!,
    class: fields.get("class")!,
    message: fields.get("message")!,
    count: number("count"),
    firstAt: number("firstAt"),
    lastAt: number("lastAt"),
    job: number("job"),
    attempt: number("attempt"),
    failed: number("failed"),
    mutedUntil: muted === undefined ? null : muted === FOR_EVER ? Infinity : Number(muted),
  };
}

/** How an end that never comes is written. */
const FOR_EVER = "-1";
