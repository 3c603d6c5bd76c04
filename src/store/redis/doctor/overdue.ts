/** Schedules that nobody fires. */

import type { Finding } from "../../../core/ports.ts";
import { OVERDUE_MS, overdueFinding } from "../../overdue_finding.ts";
import { reading } from "../reads/guard.ts";
import type { Redis } from "../script.ts";

const LATE = reading(
  "overdue",
  String.raw`
local first = call('ZRANGE', P .. ':nextslots', '0', '0', 'WITHSCORES')
return {
  call('HLEN', P .. ':schedules'),
  call('ZCOUNT', P .. ':nextslots', '-inf', A.before),
  first[1] and call('HGET', P .. ':schedule:' .. first[1], 'name') or false,
  first[2] or '0',
}`,
);

/** How many there are and are overdue, and name and time of the one that is due first. */
type Reply = readonly [schedules: number, overdue: number, name: string | null, nextAt: string];

/**
 * The check `schedules`; `null` where there are none.
 *
 * @param now The server's time
 */
export async function checkSchedules(redis: Redis, now: number): Promise<Finding | null> {
  const control = JSON.stringify({ before: `(${Math.round(now - OVERDUE_MS)}` });
  const [schedules, overdue, name, nextAt] = await redis.script<Reply>(LATE, control);
  const first = overdue === 0 ? null : { name: name!, nextAt: Number(nextAt) };
  return overdueFinding({ schedules, overdue, first }, now);
}
