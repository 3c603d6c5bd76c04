/** What `gigq schedule backfill` does. */

import { counted } from "../../../core/counted.ts";
import { UsageError } from "../../../core/errors.ts";
import { jsonLines } from "../../../output/json_lines.ts";
import { isoTime } from "../../../output/time.ts";
import type { Input } from "../../command.ts";
import type { Io } from "../../io.ts";
import { openExisting } from "../../open_queue.ts";
import { momentOption, tellMoments } from "../../schedules/moment_option.ts";
import { rfcTime } from "../../schedules/slot_text.ts";

/** Queues slots that are past, and prints them, one a line. */
export async function backfillSchedule(input: Input, io: Io): Promise<number> {
  await using queue = await openExisting(io);
  const { name, definition: { when: { zone } } } = await queue.schedules.get(input.args[0]!);
  const now = io.now();
  const from = await momentOption(input, "from", { zone, now, edge: "first", toward: "past" });
  if (from === undefined) {
    throw new UsageError("Nothing says where to begin", { hint: "Give --from, such as --from 2026-01-31" });
  }
  const to = await momentOption(input, "to", { zone, now, edge: "last", toward: "past" });
  const dryRun = input.flag("dry-run");
  const { queued, already } = await queue.schedules.backfill(name, {
    from: from.at,
    until: Math.min(to?.at ?? now, now),
    dryRun,
  });
  tellMoments({ From: from, To: to }, io);
  const shapes = [
    ...queued.map((slot) => ({ slot, result: "queued" })),
    ...already.map((slot) => ({ slot, result: "already" })),
  ].sort((a, b) => a.slot - b.slot).map(({ slot, result }) => ({
    schedule: name,
    slot: isoTime(slot),
    result,
  }));
  await io.out(io.json ? jsonLines(shapes) : queued.map((slot) => `${rfcTime(slot, zone)}\n`).join(""));
  io.err(
    `${counted(queued.length, "time")} ${dryRun ? "would be queued" : "queued"}${ranText(already.length)}\n`,
  );
  return 0;
}

function ranText(count: number): string {
  return count === 0
    ? ""
    : `; ${counted(count, "time")} ran already, or ${count === 1 ? "is" : "are"} about to`;
}
