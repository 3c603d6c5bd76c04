/** What `gigq schedule list` does. */

import type { ScheduleOverview } from "../../../library/schedules/types.ts";
import { jsonLines } from "../../../output/json_lines.ts";
import { type Cell, type Column, renderTable } from "../../../output/table.ts";
import { relativeTime } from "../../../output/time.ts";
import type { Input } from "../../command.ts";
import type { Io } from "../../io.ts";
import { openExisting } from "../../open_queue.ts";
import { firingStyle } from "../../schedules/firing_text.ts";
import { whenText } from "../../schedules/rule_text.ts";
import { overviewShape } from "../../schedules/shapes.ts";
import { stateStyle, stateText, successText } from "../../schedules/state.ts";

/** Prints all schedules, by name. */
export async function listSchedules(_input: Input, io: Io): Promise<number> {
  await using queue = await openExisting(io);
  const overviews = await queue.schedules.list();
  await io.out(io.json ? jsonLines(overviews.map(overviewShape)) : scheduleTable(overviews, io));
  if (overviews.length === 0 && io.errIsTerminal) {
    io.err("There are no schedules; gigq schedule add makes one\n");
  }
  if (io.errIsTerminal && overviews.some((overview) => isOverdue(overview, io.now()))) {
    io.err("No worker starts what is due: run gigq worker, or gigq schedule tick\n");
  }
  return 0;
}

/** Times that nobody has looked at for so long are worth a word. */
const OVERDUE_MS = 60_000;

function isOverdue({ schedule: { state } }: ScheduleOverview, now: number): boolean {
  return state.nextAt !== null && state.nextAt < now - OVERDUE_MS;
}

function nextText(nextAt: number | null, now: number): string {
  if (nextAt === null) return "-";
  return nextAt < now - 1_000 ? `due ${relativeTime(nextAt, now)}` : relativeTime(nextAt, now);
}

/** When it is due stands last: it is long, was said by people, and can best be done without. */
const COLUMNS: readonly Column[] = [
  { title: "NAME", min: 24 },
  { title: "NEXT" },
  { title: "LAST" },
  { title: "SUCCESS", optional: true },
  { title: "STATE" },
  { title: "WHEN", min: 10, optional: true },
];

/** The table of `gigq schedule list`. */
export function scheduleTable(
  overviews: readonly ScheduleOverview[],
  io: Pick<Io, "columns" | "color" | "now">,
): string {
  const now = io.now();
  const rows = overviews.map((overview): Cell[] => {
    const { schedule: { name, definition, state }, last } = overview;
    return [
      name,
      nextText(state.nextAt, now),
      last === null ? "-" : {
        text: `${last.status} ${relativeTime(last.endedAt ?? last.startedAt ?? last.decidedAt, now)}`,
        style: firingStyle(last.status),
      },
      successText(state.recent) || "-",
      { text: stateText(overview), style: stateStyle(overview) },
      whenText(definition.when),
    ];
  });
  return renderTable(COLUMNS, rows, { width: io.columns, color: io.color });
}
