/** Schedules as files want them. */

import { DataError, UsageError } from "../../core/errors.ts";
import { SchedulesFileError } from "../../library/schedules/file_error.ts";
import { readSchedules, readSchedulesText } from "../../library/schedules/read_file.ts";
import type { WantedSchedule } from "../../library/schedules/types.ts";
import { escapeLine } from "../../output/escape.ts";
import type { Io } from "../io.ts";
import { readBounded } from "../read_bounded.ts";

/**
 * Those of a file, of standard input for `-`, or else those of `[schedules.*]` in `gigq.toml`.
 *
 * @throws {UsageError} When there is neither
 * @throws {DataError} For a file that says something wrong; of several things all are told
 */
export async function readWanted(
  path: string | undefined,
  io: Pick<Io, "jobs" | "schedules" | "json" | "err" | "stdin">,
): Promise<readonly WantedSchedule[]> {
  const file = path ?? io.schedules;
  if (file === undefined) {
    throw new UsageError("There is no file of schedules", {
      hint: "Name one, or write [schedules.NAME] in gigq.toml",
    });
  }
  const defaults = { defaults: io.jobs?.defaults };
  const shown = file === "-" ? "standard input" : file;
  try {
    if (file !== "-") return await readSchedules(file, defaults);
    const text = await readBounded(io.stdin, "Standard input");
    return await readSchedulesText(text, shown, `${Deno.cwd()}/schedules.yaml`, defaults);
  } catch (error) {
    if (!(error instanceof SchedulesFileError) || error.problems.length === 1 || io.json) throw error;
    for (const line of error.message.split("\n")) io.err(`${escapeLine(line)}\n`);
    throw new DataError(`${shown} has ${error.problems.length} problems`, { cause: error });
  }
}
