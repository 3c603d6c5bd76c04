/** Schedules as files want them. */

import { ConfigError, DataError, UsageError } from "../../core/errors.ts";
import { readSchedules, readSchedulesText } from "../../library/schedules/read_file.ts";
import type { WantedSchedule } from "../../library/schedules/types.ts";
import { WorkflowFileError } from "../../library/workflow/file_error.ts";
import type { Io } from "../io.ts";

/**
 * Those of a file.
 *
 * @throws {WorkflowFileError} With all that is wrong with it
 */
export function wantedByFile(path: string, io: Pick<Io, "jobs">): Promise<readonly WantedSchedule[]> {
  return readSchedules(path, { defaults: io.jobs?.defaults });
}

/**
 * Those of `[schedules.*]` in `gigq.toml`.
 *
 * @throws {UsageError} When no settings file has any
 * @throws {ConfigError} Naming the settings file and what is wrong in it
 */
export async function wantedBySettings(
  io: Pick<Io, "jobs" | "schedules">,
): Promise<readonly WantedSchedule[]> {
  if (io.schedules === undefined) {
    throw new UsageError("There is no file of schedules", {
      hint: "Name one, or write [schedules.NAME] in gigq.toml",
    });
  }
  const { path, table } = io.schedules;
  try {
    const text = JSON.stringify({ schedules: table });
    return await readSchedulesText(text, path, path, { defaults: io.jobs?.defaults });
  } catch (error) {
    // Lines and columns would be those of a text that nobody has seen.
    if (error instanceof WorkflowFileError) {
      const [{ message, hint }] = error.problems as [typeof error.problems[0] & object];
      throw new ConfigError(`${path}: ${message}`, { hint, cause: error });
    }
    if (error instanceof DataError) throw new ConfigError(error.message, { hint: error.hint, cause: error });
    throw error;
  }
}
