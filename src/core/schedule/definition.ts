/** What follows from the definition of a schedule. */

import type { CatchUp, Overlap, ScheduleDefinition, ScheduleState } from "../schedule.ts";

/** The overlap that holds where nobody names one: who wants all that was missed does not want it skipped. */
export function defaultOverlap(catchUp: CatchUp): Overlap {
  return catchUp === "all" ? "queue-all" : "skip";
}

/** How often it is still to run by its times; endless for one without a `count`. */
export function runsLeft(
  { count }: Pick<ScheduleDefinition, "count">,
  { fired }: Pick<ScheduleState, "fired">,
): number {
  return count === null ? Infinity : Math.max(0, count - fired);
}
