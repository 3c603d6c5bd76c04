/** When stores shorten the histories of schedules. The same in every store. */

import type { ScheduleStep } from "../core/ports.ts";

/** So many entries may be there beyond what is kept: looking for them costs more than they do. */
const SLACK = 100;

/**
 * Whether a change of a schedule is followed by deleting its oldest entries: after each that brings many, and now and then
 * among those that bring a few.
 */
export function shortensHistory({ version, firings }: ScheduleStep): boolean {
  return firings.length >= SLACK || (firings.length > 0 && version % SLACK === 0);
}
