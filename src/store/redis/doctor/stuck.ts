/** Jobs that wait for something that may never come. */

import { counted } from "../../../core/counted.ts";
import type { Finding } from "../../../core/ports.ts";
import { ago, ok, problem, warning } from "../../finding.ts";
import { reading } from "../reads/guard.ts";
import type { Redis } from "../script.ts";

/** Any worker that lives takes a job back within a lease of some seconds. */
const LONG_EXPIRED_MS = 5 * 60_000;
/** So long the next job to be claimed waits where workers are busy; beyond it, there may be none. */
const UNSERVED_MS = 10 * 60_000;

const STUCK = reading(
  "stuck",
  String.raw`
local lanes = {}
for _, lane in ipairs(call('HVALS', P .. ':lanes')) do
  local next = call('ZRANGE', P .. ':ready:' .. lane, '0', '0')[1]
  if next then
    lanes[#lanes + 1] = {
      call('HMGET', P .. ':lane:' .. lane, 'queue', 'route'),
      call('ZCARD', P .. ':ready:' .. lane),
      call('HGET', P .. ':job:' .. next:match('%d+$'), 'd'),
    }
  end
end
return {
  call('ZCOUNT', P .. ':running', '-inf', A.expired),
  call('ZRANGE', P .. ':running', '0', '0', 'WITHSCORES'),
  call('SMEMBERS', P .. ':paused'),
  lanes,
}`,
);

/** `[queue, route]`, how many are ready, since when the next of them. */
type LaneReply = readonly [readonly [string, string], number, string];
type Reply = readonly [number, readonly string[], readonly string[], readonly LaneReply[]];

/**
 * The checks `leases` and `waiting`.
 *
 * @param now The server's time
 */
export async function* checkJobs(redis: Redis, now: number): AsyncGenerator<Finding> {
  const control = { now: String(Math.round(now)), expired: String(Math.round(now - LONG_EXPIRED_MS)) };
  const [expired, first, paused, lanes] = await redis.script<Reply>(STUCK, JSON.stringify(control));
  yield expired === 0 ? ok("leases", "No job is held beyond its lease") : problem(
    "leases",
    `${counted(expired, "running job")} lost the worker, the first ${
      ago(now - Number(first[1]))
    }, and nobody took over`,
    "Start a worker, or let gigq doctor --fix hand them back",
  );
  const waiting = [...findPaused(lanes, new Set(paused)), ...findUnserved(lanes, new Set(paused), now)];
  yield* waiting;
  if (waiting.length === 0) yield ok("waiting", "Nothing that is ready waits in vain");
}

function* findPaused(lanes: readonly LaneReply[], paused: ReadonlySet<string>): Generator<Finding> {
  const counts = new Map<string, number>();
  for (const [[queue], count] of lanes) {
    if (paused.has(queue)) counts.set(queue, (counts.get(queue) ?? 0) + count);
  }
  for (const [queue, count] of [...counts].sort()) {
    yield warning(
      "waiting",
      `${counted(count, "ready job")} in queue ${queue}, which is paused`,
      `gigq queue resume ${queue}`,
    );
  }
}

function* findUnserved(
  lanes: readonly LaneReply[],
  paused: ReadonlySet<string>,
  now: number,
): Generator<Finding> {
  for (const [[queue, route], count, since] of lanes) {
    if (paused.has(queue) || Number(since) >= now - UNSERVED_MS) continue;
    yield warning(
      "waiting",
      `${counted(count, "job")} of ${route} in queue ${queue} ready since ${
        ago(now - Number(since))
      }, and no worker takes them`,
      route.startsWith("function:")
        ? `Run the script that registers the task ${route.slice("function:".length)}`
        : `gigq worker --queue ${queue}`,
    );
  }
}
