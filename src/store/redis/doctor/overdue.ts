/** Schedules that nobody fires. */

import type { Finding } from "../../../core/ports.ts";
import { OVERDUE_MS, overdueFinding } from "../../overdue_finding.ts";
import { reading } from "../reads/guard.ts";
import type { Redis } from "../script.ts";

const LATE = reading(
  "overdue",
  String.raw`
local count = call('ZCOUNT', P .. ':nextslots', '-inf', A.before)
if count == 0 then return false end
local first = call('ZRANGE', P .. ':nextslots', '0', '0', 'WITHSCORES')
return { count, call('HGET', P .. ':schedule:' .. first[1], 'name'), first[2] }`,
);

/** How many, and name and time of the one that has been for longest. */
type Reply = readonly [count: number, name: string, nextAt: string] | null;

/**
 * The check `schedules`.
 *
 * @param now The server's time
 */
export async function checkSchedules(redis: Redis, now: number): Promise<Finding> {
  const control = JSON.stringify({ before: `(${Math.round(now - OVERDUE_MS)}` });
  const reply = await redis.script<Reply>(LATE, control);
  if (reply === null) return overdueFinding({ count: 0, first: null }, now);
  const [count, name, nextAt] = reply;
  return overdueFinding({ count, first: { name, nextAt: Number(nextAt) } }, now);
}
