/** A stored schedule as a file has it. */

import type { Schedule } from "../../core/schedule.ts";

/**
 * The text of a file of schedules with these schedules in it. Reading it gives equal definitions.
 *
 * @throws {UsageError} For a schedule that only a script can say: one of a function, or of a workflow from a script
 */
export function toYaml(schedules: readonly Schedule[]): Promise<string> {
  return Promise.reject(new Error(`Not there yet: ${schedules}`));
}
