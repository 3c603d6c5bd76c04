/** What `gigq schedule history` does. */

import type { Firing } from "../../../core/schedule.ts";
import { jsonLines } from "../../../output/json_lines.ts";
import { type Cell, type Column, renderTable } from "../../../output/table.ts";
import type { Input } from "../../command.ts";
import type { Io } from "../../io.ts";
import { openExisting } from "../../open_queue.ts";
import {
  firingStyle,
  lateText,
  placeText,
  readFiringStatuses,
  tookText,
  whyText,
} from "../../schedules/firing_text.ts";
import { momentOption, tellMoments } from "../../schedules/moment_option.ts";
import { firingShape } from "../../schedules/shapes.ts";
import { wallTime } from "../../schedules/slot_text.ts";

const LIMIT = 20;

/** Prints entries of a history, the latest first. */
export async function showHistory(input: Input, io: Io): Promise<number> {
  const statuses = readFiringStatuses(input.strings("status"));
  await using queue = await openExisting(io);
  const { name, definition: { when: { zone } } } = await queue.schedules.get(input.args[0]!);
  const now = io.now();
  const from = await momentOption(input, "from", { zone, now, edge: "first", toward: "past" });
  const to = await momentOption(input, "to", { zone, now, edge: "last", toward: "past" });
  const firings = await queue.schedules.history(name, {
    limit: input.number("limit") ?? LIMIT,
    ...from !== undefined && { from: from.at },
    ...to !== undefined && { until: to.at },
    ...statuses.length > 0 && { statuses },
  });
  tellMoments({ From: from, To: to }, io);
  await io.out(
    io.json ? jsonLines(firings.map((firing) => firingShape(firing, name))) : historyTable(firings, zone, io),
  );
  if (firings.length === 0 && io.errIsTerminal) io.err("There is nothing of this in its history\n");
  return 0;
}

const COLUMNS: readonly Column[] = [
  { title: "STATUS" },
  { title: "JOB", align: "right" },
  { title: "LATE", align: "right" },
  { title: "TOOK", align: "right" },
  { title: "REASON", min: 12, wrap: true },
];

/** The table of `gigq schedule history`, times on the clocks of a zone. */
export function historyTable(
  firings: readonly Firing[],
  zone: string,
  io: Pick<Io, "columns" | "color">,
): string {
  const rows = firings.map((firing): Cell[] => [
    wallTime(firing.slot, zone),
    { text: firing.status, style: firingStyle(firing.status) },
    placeText(firing),
    lateText(firing),
    tookText(firing),
    whyText(firing),
  ]);
  return renderTable([{ title: `SLOT (${zone})` }, ...COLUMNS], rows, { width: io.columns, color: io.color });
}
