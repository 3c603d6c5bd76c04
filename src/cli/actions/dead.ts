/** What `gigq dead list` does. */

import { formatCause } from "../../core/cause.ts";
import type { Job } from "../../core/job.ts";
import { jsonLines } from "../../output/json_lines.ts";
import { type Cell, type Column, TableStream } from "../../output/table.ts";
import { relativeTime } from "../../output/time.ts";
import type { Input } from "../command.ts";
import type { Io } from "../io.ts";
import { jobTitle, triesText } from "../job_title.ts";
import { openExisting } from "../open_queue.ts";
import { listLimit, pages, tellRest } from "../pages.ts";
import { readSelectionOfDead, resolveSelection } from "../selectors.ts";
import { jobShape } from "../shapes.ts";
import { causeLine } from "./errors.ts";

const COLUMNS: readonly Column[] = [
  { title: "ID", align: "right" },
  { title: "DIED" },
  { title: "TRIES", align: "right" },
  { title: "CAUSE" },
  { title: "NAME", min: 12 },
  { title: "QUEUE", min: 7 },
  { title: "ERROR", min: 12 },
];

/** Prints the dead letters that match, oldest first. */
export async function listDead(input: Input, io: Io): Promise<number> {
  const selection = readSelectionOfDead(input);
  await using queue = await openExisting(io);
  const { selector } = await resolveSelection(selection, queue);
  const dead = { ...selector, dead: true };
  const limit = listLimit(input.number("limit"), io);
  const table = new TableStream(COLUMNS, { width: io.columns, color: io.color });
  let shown = 0;
  for await (const jobs of pages(dead, limit, (page) => queue.list(page))) {
    await io.out(
      io.json ? jsonLines(jobs.map(jobShape)) : table.draw(jobs.map((job) => deadRow(job, io.now()))),
    );
    shown += jobs.length;
  }
  if (!io.json) {
    await tellRest(shown, limit, io, { none: "There are no dead letters", count: () => queue.count(dead) });
  }
  return 0;
}

function deadRow(job: Job, now: number): Cell[] {
  return [
    String(job.id),
    relativeTime(job.finishedAt ?? job.createdAt, now),
    triesText(job),
    job.cause === null ? "-" : formatCause(job.cause),
    jobTitle(job),
    job.queue,
    { text: job.error === null ? job.reason ?? "" : causeLine(job.error), style: "red" },
  ];
}
