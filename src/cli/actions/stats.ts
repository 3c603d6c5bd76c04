/** What `gigq stats` and `gigq queue list` do. */

import type { QueueStats, Stats } from "../../core/ports.ts";
import { STATUSES } from "../../core/transitions.ts";
import { statusStyle } from "../../output/color.ts";
import { jsonLine, jsonLines } from "../../output/json_lines.ts";
import { type Cell, type Column, renderTable } from "../../output/table.ts";
import type { Input } from "../command.ts";
import type { Io } from "../io.ts";
import { openExisting } from "../open_queue.ts";
import { statsShape } from "../shapes.ts";

/** Prints one row a queue, and the sum of all. */
export async function printStats(_input: Input, io: Io): Promise<number> {
  await using queue = await openExisting(io);
  const stats = await queue.stats();
  await io.out(io.json ? jsonLine(statsShape(stats)) : statsTable(stats, io));
  return 0;
}

const COLUMNS: readonly Column[] = [
  { title: "QUEUE", min: 8 },
  ...STATUSES.map((status): Column => ({ title: status.toUpperCase(), align: "right" })),
  { title: "TOTAL", align: "right" },
];

/** The table of `gigq stats`. */
export function statsTable(stats: Stats, { columns, color }: Pick<Io, "columns" | "color">): string {
  const queues = Object.entries(stats.queues).sort(([a], [b]) => a < b ? -1 : 1);
  const rows = queues.map(([name, queue]) => row(queue.paused ? `${name} (paused)` : name, queue.statuses));
  if (queues.length !== 1) rows.push(row("all", stats.statuses));
  // Two thirds of a wide table would be headings of nothing: leave out what is empty when the terminal is narrow.
  const used = columns === null ? STATUSES : STATUSES.filter((status) => stats.statuses[status] > 0);
  const keep = (_: unknown, index: number): boolean =>
    index === 0 || index > STATUSES.length || used.includes(STATUSES[index - 1]!);
  return renderTable(COLUMNS.filter(keep), rows.map((cells) => cells.filter(keep)), {
    width: columns,
    color,
  });
}

function row(name: string, statuses: QueueStats["statuses"]): Cell[] {
  const counts = STATUSES.map((status) => statuses[status] ?? 0);
  const cells = STATUSES.map((status, index): Cell => ({
    text: String(counts[index]),
    style: counts[index] === 0 ? "dim" : statusStyle(status),
  }));
  return [name, ...cells, String(counts.reduce((sum, count) => sum + count, 0))];
}

/** One row a queue: whether it is paused, and what waits and runs in it. */
export async function listQueues(_input: Input, io: Io): Promise<number> {
  await using queue = await openExisting(io);
  const { queues } = await queue.stats();
  const names = Object.keys(queues).sort();
  if (io.json) {
    await io.out(jsonLines(names.map((name) => ({ name, ...queues[name]! }))));
    return 0;
  }
  const rows = names.map((name): Cell[] => queueRow(name, queues[name]!));
  await io.out(renderTable(QUEUE_COLUMNS, rows, { width: io.columns, color: io.color }));
  return 0;
}

const QUEUE_COLUMNS: readonly Column[] = [
  { title: "QUEUE", min: 8 },
  { title: "STATE" },
  { title: "PENDING", align: "right" },
  { title: "RUNNING", align: "right" },
  { title: "FINISHED", align: "right" },
];

function queueRow(name: string, { paused, statuses }: QueueStats): Cell[] {
  const sum = (words: readonly (keyof QueueStats["statuses"])[]): string =>
    String(words.reduce((total, status) => total + (statuses[status] ?? 0), 0));
  return [
    name,
    paused ? { text: "paused", style: "yellow" } : { text: "open", style: "green" },
    sum(["blocked", "scheduled", "ready"]),
    sum(["running"]),
    sum(["completed", "failed", "cancelled", "skipped"]),
  ];
}
