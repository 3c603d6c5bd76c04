/** What `gigq schedule apply` does. */

import type { Json, JsonObject } from "../../../core/json.ts";
import type { ScheduleChange } from "../../../library/schedules/types.ts";
import { jsonLines } from "../../../output/json_lines.ts";
import type { Input } from "../../command.ts";
import type { Io } from "../../io.ts";
import { openToStore } from "../../open_queue.ts";
import { changesText } from "../../schedules/change_text.ts";
import { orEmpty } from "../../schedules/or_empty.ts";
import { readWanted } from "../../schedules/wanted.ts";

/** Makes the schedules be as a file or the settings say, and prints what differed. */
export async function applySchedules(input: Input, io: Io): Promise<number> {
  const wanted = await readWanted(input.args[0], io);
  const dryRun = input.flag("dry-run");
  await using queue = dryRun ? await orEmpty(io, "fails") : await openToStore(io);
  const changes = await queue.schedules.apply(wanted, { dryRun, prune: input.flag("prune") });
  await io.out(io.json ? jsonLines(changes.map(changeShape)) : changesText(changes, io));
  if (dryRun && changes.some(({ change }) => change !== "unchanged")) {
    io.err("Nothing was changed: this is what would be\n");
  }
  return 0;
}

function changeShape({ name, change, differences }: ScheduleChange): JsonObject {
  return { name, change, differences: differences.map((difference) => ({ ...difference })) as Json };
}
