/** What `gigq schedule export` does. */

import { toYaml } from "../../../library/schedules/to_yaml.ts";
import { jsonLines } from "../../../output/json_lines.ts";
import type { Input } from "../../command.ts";
import type { Io } from "../../io.ts";
import { openExisting } from "../../open_queue.ts";
import { overviewsOf } from "../../schedules/find.ts";
import { scheduleShape } from "../../schedules/shapes.ts";

/** Prints schedules as the text of a file. */
export async function exportSchedules(input: Input, io: Io): Promise<number> {
  await using queue = await openExisting(io);
  const overviews = input.args.length > 0
    ? await overviewsOf(input.args, queue)
    : await queue.schedules.list();
  const schedules = overviews.map(({ schedule }) => schedule);
  await io.out(
    io.json
      ? jsonLines(schedules.map(scheduleShape))
      : await toYaml(schedules, { defaults: io.jobs?.defaults }),
  );
  return 0;
}
