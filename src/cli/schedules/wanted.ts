/** Schedules as files want them. */

import { DataError, UsageError } from "../../core/errors.ts";
import { SchedulesFileError } from "../../library/schedules/file_error.ts";
import { readSchedules } from "../../library/schedules/read_file.ts";
import type { WantedSchedule } from "../../library/schedules/types.ts";
import { escapeLine } from "../../output/escape.ts";
import type { Io } from "../io.ts";

/**
 * Those of a file, or else those of `[schedules.*]` in `gigq.toml`.
 *
 * @throws {UsageError} When there is neither
 * @throws {DataError} For a file that says something wrong; of several things all are told
 */
export async function readWanted(
  path: string | undefined,
  io: Pick<Io, "jobs" | "schedules" | "json" | "err">,
): Promise<readonly WantedSchedule[]> {
  const file = path ?? io.schedules;
  if (file === undefined) {
    throw new UsageError("There is no file of schedules", {
      hint: "Name one, or write [schedules.NAME] in gigq.toml",
    });
  }
  try {
    return await readSchedules(file, { defaults: io.jobs?.defaults });
  } catch (error) {
    if (!(error instanceof SchedulesFileError) || error.problems.length === 1 || io.json) throw error;
    for (const line of error.message.split("\n")) io.err(`${escapeLine(line)}\n`);
    throw new DataError(`${file} has ${error.problems.length} problems`, { cause: error });
  }
}
