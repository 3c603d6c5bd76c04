/** What `gigq simulate schedules` does. */

import type { JsonObject } from "../../../core/json.ts";
import type { JobQueue } from "../../../library/queue.ts";
import type { Simulation, WantedSchedule } from "../../../library/schedules/types.ts";
import { jsonLine } from "../../../output/json_lines.ts";
import { isoTime } from "../../../output/time.ts";
import { hanging } from "../../../output/wrap.ts";
import type { Input } from "../../command.ts";
import type { Io } from "../../io.ts";
import { openExisting } from "../../open_queue.ts";
import { momentOption } from "../../schedules/moment_option.ts";
import { orEmpty } from "../../schedules/or_empty.ts";
import { commonZone, zoneOption } from "../../schedules/read_when.ts";
import { dueTogether, firingLines, forecastLine, summaryText } from "../../schedules/simulation_text.ts";
import { readWanted } from "../../schedules/wanted.ts";

const DEFAULT_MS = 7 * 86_400_000;
/** Lines written at once. */
const BATCH = 1_000;

/** How far further lines of a sentence are indented. */
const INDENT = 2;

/** Prints all slots of a range, and tells what gets into each other's way. */
export async function simulateSchedules(input: Input, io: Io): Promise<number> {
  const file = input.string("file");
  const wanted = file === undefined ? undefined : await readWanted(file, io);
  await using queue = wanted === undefined ? await openExisting(io) : await orEmpty(io, "is told");
  const zone = zoneOption(input, commonZone(await zonesOf(wanted, queue)));
  const from = (await momentOption(input, "from", { zone, now: io.now(), edge: "first" }))?.at ??
    io.now() + 1;
  const until = await momentOption(input, "until", { zone, now: from, edge: "last" });
  const simulation = await queue.schedules.simulate({
    from,
    until: until?.at ?? from + DEFAULT_MS,
    ...input.args.length > 0 && { names: [...new Set(input.args)] },
    ...wanted !== undefined && { wanted },
  });
  await print(io.json ? shapeLines(simulation) : firingLines(simulation, zone), io);
  for (const forecast of simulation.overlaps) {
    const line = forecastLine(forecast);
    if (line !== null) io.err(hanging(line, io.errIsTerminal ? io.columns : null, INDENT));
  }
  io.err(summaryText(simulation, zone));
  return 0;
}

async function zonesOf(
  wanted: readonly WantedSchedule[] | undefined,
  queue: JobQueue,
): Promise<readonly (string | undefined)[]> {
  if (wanted !== undefined) return wanted.map(({ options }) => options.tz);
  return (await queue.schedules.list()).map(({ schedule }) => schedule.definition.when.zone);
}

async function print(lines: Iterable<string>, io: Io): Promise<void> {
  let batch: string[] = [];
  for (const line of lines) {
    batch.push(line);
    if (batch.length < BATCH) continue;
    await io.out(batch.join(""));
    batch = [];
  }
  await io.out(batch.join(""));
}

/** A line a slot, then one for each schedule. */
function* shapeLines(simulation: Simulation): Generator<string> {
  for (const { at, name, others } of dueTogether(simulation)) {
    yield jsonLine({ event: "due", at: isoTime(at), schedule: name, with: [...others] });
  }
  for (const { name, ...forecast } of simulation.overlaps) {
    yield jsonLine({ event: "forecast", schedule: name, ...forecast } as JsonObject);
  }
}
