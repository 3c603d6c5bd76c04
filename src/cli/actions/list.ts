/** What `gigq list` does. */

import type { Job } from "../../core/job.ts";
import type { Selector } from "../../core/ports.ts";
import { statusStyle } from "../../output/color.ts";
import { jsonLines } from "../../output/json_lines.ts";
import { type Cell, type Column, TableStream } from "../../output/table.ts";
import { relativeTime } from "../../output/time.ts";
import type { Input } from "../command.ts";
import type { Io } from "../io.ts";
import { jobTitle, triesText } from "../job_title.ts";
import { openExisting } from "../open_queue.ts";
import { readSelection, resolveSelection } from "../selectors.ts";
import { jobShape } from "../shapes.ts";

/** Jobs shown on a terminal unless `--limit` says otherwise. */
const SCREENFUL = 50;
/** Jobs read at a time when there is no limit: bounds memory, whatever the queue holds. */
const PAGE = 1_000;

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
  const limit = input.number("limit") ?? (io.outIsTerminal && !io.json ? SCREENFUL : undefined);
  const draw = io.json ? (jobs: readonly Job[]) => jsonLines(jobs.map(jobShape)) : jobTable(io);
  let shown = 0;
  for await (const jobs of pages(selector, limit, (page) => queue.list(page))) {
    await io.out(draw(jobs));
    shown += jobs.length;
  }
  if (!io.json) await tellRest(shown, limit, io, () => queue.count(selector));
  return 0;
}

/** The jobs that match, oldest first: the last so many at once, or all of them page by page. */
async function* pages(
  selector: Selector,
  limit: number | undefined,
  read: (page: Selector) => Promise<Job[]>,
): AsyncGenerator<Job[]> {
  if (limit !== undefined) {
    yield (await read({ ...selector, order: "desc", limit })).reverse();
    return;
  }
  let cursor: number | undefined;
  for (;;) {
    const jobs = await read({
      ...selector,
      order: "asc",
      limit: PAGE,
      ...cursor !== undefined && { cursor },
    });
    if (jobs.length > 0) yield jobs;
    if (jobs.length < PAGE) return;
    cursor = jobs.at(-1)!.id;
  }
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
    {
      text: job.reason === null ? job.status : `${job.status} (${job.reason})`,
      style: statusStyle(job.status),
    },
    jobTitle(job),
    job.queue,
    String(job.priority),
    triesText(job),
    relativeTime(latestMoment(job), now),
  ];
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

/** On a terminal: that there is nothing, or more than was shown. */
async function tellRest(
  shown: number,
  limit: number | undefined,
  io: Io,
  count: () => Promise<number>,
): Promise<void> {
  if (!io.errIsTerminal) return;
  if (shown === 0) return io.err("No job matches\n");
  if (limit === undefined || shown < limit) return;
  const total = await count();
  if (total > shown) io.err(`The last ${shown} of ${total}; --limit ${total} shows all\n`);
}
