/** How much history a store keeps: a limit of its own, which its address can set. */

import type { Line } from "./line.ts";
import { indexHistory } from "./ops/index_history.ts";
import { inAnyState } from "./reads/guard.ts";
import { BASE } from "./scripts/lib/base.ts";
import type { RedisUrl } from "./url.ts";

/**
 * Notes the limits, and tells the pages of ids where the jobs that ended before are still to be taken note of. Nothing is
 * changed while the store is moved.
 */
const LIMIT = inAnyState(
  "limit history",
  [BASE],
  String.raw`
local key = P .. ':meta'
if meta[2] ~= OPEN then return false end
for field, value in pairs(A.limits) do
  if value == 'all' then call('HDEL', key, field) else call('HSET', key, field, value) end
end
if call('HEXISTS', key, 'history') == 0 and call('HEXISTS', key, 'retain') == 0 then
  call('HDEL', key, 'indexed')
  call('DEL', P .. ':ended')
  return false
end
if call('HEXISTS', key, 'indexed') == 1 then return false end
return call('ZRANGE', P .. ':pages', '0', '-1')`,
);

const INDEXED = inAnyState("history indexed", [BASE], "return call('HSET', P .. ':meta', 'indexed', '1')");

/** Gives the store the limits that its address names; without any, those it has stay. */
export async function limitHistory(line: Line, { history, retainMs }: RedisUrl): Promise<void> {
  if (history === null && retainMs === null) return;
  const limits = {
    ...(history === null ? {} : { history: String(history) }),
    ...(retainMs === null ? {} : { retain: String(retainMs) }),
  };
  const pages = await line.script<readonly string[] | null>(LIMIT, JSON.stringify({ limits }));
  if (pages === null) return;
  await indexHistory(line, pages.map(Number));
  await line.script(INDEXED, "{}");
}
