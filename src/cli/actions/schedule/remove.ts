/** What `gigq schedule remove` does. */

import { escapeLine } from "../../../output/escape.ts";
import { jsonLine } from "../../../output/json_lines.ts";
import type { Input } from "../../command.ts";
import type { Io } from "../../io.ts";
import { openExisting } from "../../open_queue.ts";
import { overviewsOf } from "../../schedules/find.ts";

/** Deletes schedules, all of the names or none, and prints a line for each. */
export async function removeSchedules(input: Input, io: Io): Promise<number> {
  await using queue = await openExisting(io);
  for (const { schedule: { name } } of await overviewsOf(input.args, queue)) {
    await queue.schedules.remove(name);
    await io.out(io.json ? jsonLine({ name, removed: true }) : `${escapeLine(name)} removed\n`);
  }
  return 0;
}
