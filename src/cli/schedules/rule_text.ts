/** When a schedule is due, in words. */

import { writeDuration } from "../../core/duration.ts";
import type { TimeRule } from "../../core/schedule.ts";

/** What makes its times, as it was said: `0 9 * * MON-FRI`, `every weekday at 09:00`, `every 15m`. */
export function whenText({ cron, on, everyMs }: TimeRule): string {
  return [...cron, ...on, ...everyMs === null ? [] : [`every ${writeDuration(everyMs)}`]].join("; ");
}
