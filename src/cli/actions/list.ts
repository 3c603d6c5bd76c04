/** What `gigq list` does. */

import type { Job } from "../../core/job.ts";
import { statusStyle } from "../../output/color.ts";
import { jsonLines } from "../../output/json_lines.ts";
import { type Cell, type Column, TableStream } from "../../output/table.ts";
import { relativeTime } from "../../output/time.ts";
import type { Input } from "../command.ts";
import type { Io } from "../io.ts";
import { jobTitle, triesText } from "../job_title.ts";
import { openExisting } from "../open_queue.ts";
import { idList, listLimit, pages, tellRest } from "../pages.ts";
import { readSelection, resolveSelection } from "../selectors.ts";
import { jobShape } from "../shapes.ts";

const COLUMNS: readonly Column[] = [
  { title: "ID", align: "right" },
  { title: "STATUS" },
  { title: "NAME", min: 12 },
  { title: "QUEUE", min: 7 },
  { title: "PRIO", align: "right" },
  { title: "TRIES", align: "right" },
  { title: "WHEN" },
];

/** Prints the jobs that match. */
export async function listJobs(input: Input, io: Io): Promise<number> {
  const selection = readSelection(input);
  await using queue = await openExisting(io);
  const { selector } = await resolveSelection(selection, queue);
  const limit = listLimit(input.number("limit"), io);
  const draw = io.json ? (jobs: readonly Job[]) => jsonLines(jobs.map(jobShape)) : jobTable(io);
  let shown = 0;
  for await (const jobs of pages(selector, limit, (page) => queue.list(page))) {
    await io.out(draw(jobs));
    shown += jobs.length;
  }
  if (!io.json) {
    await tellRest(shown, limit, io, { none: "No job matches", count: () => queue.count(selector) });
  }
  return 0;
}

/** Draws the table of `gigq list`, page by page. */
function jobTable(io: Pick<Io, "columns" | "color" | "now">): (jobs: readonly Job[]) => string {
  const now = io.now();
  const table = new TableStream(COLUMNS, { width: io.columns, color: io.color });
  return (jobs) => table.draw(jobs.map((job) => jobRow(job, now)));
}

function jobRow(job: Job, now: number): Cell[] {
  return [
    String(job.id),
    { text: statusText(job), style: statusStyle(job.status) },
    jobTitle(job),
    job.queue,
    String(job.priority),
    triesText(job),
    relativeTime(latestMoment(job), now),
  ];
}

/** `ready`, `failed (exit)`, `blocked (canary 12)`. */
function statusText({ status, reason, canaries }: Job): string {
  if (canaries.length > 0) {
    return `${status} (${canaries.length === 1 ? "canary" : "canaries"} ${idList(canaries)})`;
  }
  return reason === null ? status : `${status} (${reason})`;
}

/** The time that matters in its status: when it ended, started, is due, or was submitted. */
function latestMoment(job: Job): number {
  switch (job.status) {
    case "scheduled":
      return job.dueAt;
    case "running":
      return job.startedAt ?? job.createdAt;
    default:
      return job.finishedAt ?? job.createdAt;
  }
}
