/** What `gigq schedule run` does. */

import { jsonLine } from "../../../output/json_lines.ts";
import type { Input } from "../../command.ts";
import type { Io } from "../../io.ts";
import { openExisting } from "../../open_queue.ts";
import { firingShape } from "../../schedules/shapes.ts";

/** Starts a run, and prints the id of its job or workflow run. */
export async function runSchedule(input: Input, io: Io): Promise<number> {
  await using queue = await openExisting(io);
  const name = input.args[0]!;
  const firing = await queue.schedules.run(name);
  await io.out(io.json ? jsonLine(firingShape(firing, name)) : `${firing.job ?? firing.run}\n`);
  return 0;
}
