/** What `gigq schedule tick` does. */

import type { Fired } from "../../../library/schedules/types.ts";
import { escapeLine } from "../../../output/escape.ts";
import { jsonLines } from "../../../output/json_lines.ts";
import { isoTime } from "../../../output/time.ts";
import type { Input } from "../../command.ts";
import type { Io } from "../../io.ts";
import { openExisting } from "../../open_queue.ts";
import { placeText } from "../../schedules/firing_text.ts";
import { firingShape } from "../../schedules/shapes.ts";

/** Fires what is due, and prints a line for each slot that was decided. */
export async function tickSchedules(_input: Input, io: Io): Promise<number> {
  await using queue = await openExisting(io);
  const onWarning = (message: string): void => io.err(`gigq: ${escapeLine(message)}\n`);
  const fired = (await queue.schedules.tick({ onWarning })).filter((one) => !isEnd(one));
  await io.out(
    io.json
      ? jsonLines(fired.map(({ name, firing, jobs }) => ({ ...firingShape(firing, name), jobs: [...jobs] })))
      : fired.map(firedLine).join(""),
  );
  return 0;
}

/** What was started before, and was seen to have ended. */
function isEnd({ firing: { job, run }, jobs }: Fired): boolean {
  return jobs.length === 0 && (job !== null || run !== null);
}

/** `backup<TAB>2026-11-25T01:30:00.000Z<TAB>12`, or what became of it instead, and why. */
function firedLine({ name, firing }: Fired): string {
  const place = placeText(firing);
  const parts = [name, isoTime(firing.slot)!, place === "" ? firing.status : place, firing.reason ?? ""];
  return `${parts.map(escapeLine).join("\t").trimEnd()}\n`;
}
