/** Files of schedules. */

import type { JobDefaults } from "../policy.ts";
import type { WantedSchedule } from "./types.ts";

/** How a file of schedules is read. */
export interface ReadSchedulesOptions {
  /** Policies and rules for jobs that say nothing: `queue.defaults` of the queue they are meant for. */
  readonly defaults?: JobDefaults;
}

/**
 * Reads a file of schedules, with the workflows and calendars it names: for `queue.schedules.apply`.
 *
 * @param path `.yaml`, `.yml` or `.json`; paths in it are relative to it
 * @returns In the order of the file
 * @throws {NotFoundError} When there is no such file
 * @throws {WorkflowFileError} With one line a problem: `file:line:column: what`
 */
export function readSchedules(
  path: string,
  options: ReadSchedulesOptions = {},
): Promise<readonly WantedSchedule[]> {
  return Promise.reject(new Error(`Not there yet: ${path} ${options}`));
}

/**
 * The same of the text of a file, such as one that somebody edits.
 *
 * @param shown What messages call the file
 * @param base Path of the file: paths in the text are relative to its folder
 */
export function readSchedulesText(
  source: string,
  shown: string,
  base: string,
  options: ReadSchedulesOptions = {},
): Promise<readonly WantedSchedule[]> {
  return Promise.reject(new Error(`Not there yet: ${source} ${shown} ${base} ${options}`));
}
