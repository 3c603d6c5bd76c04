/** What `gigq list` does. */

import type { Job } from "../../core/job.ts";
import type { Selector } from "../../core/ports.ts";
import { statusStyle } from "../../output/color.ts";
import { jsonLines } from "../../output/json_lines.ts";
import { type Cell, type Column, renderTable } from "../../output/table.ts";
import { relativeTime } from "../../output/time.ts";
import type { Input } from "../command.ts";
import type { Io } from "../io.ts";
import { jobTitle } from "../job_title.ts";
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
  if (limit === undefined && io.json) {
    for await (const jobs of pages(selector, (page) => queue.list(page))) {
      await io.out(jsonLines(jobs.map(jobShape)));
    }
    return 0;
  }
  const jobs = limit === undefined
    ? await queue.list(selector)
    : (await queue.list({ ...selector, order: "desc", limit })).reverse();
  await io.out(io.json ? jsonLines(jobs.map(jobShape)) : jobTable(jobs, io));
  if (!io.json) await tellRest(jobs.length, limit, io, () => queue.count(selector));
  return 0;
}

async function* pages(selector: Selector, read: (page: Selector) => Promise<Job[]>): AsyncGenerator<Job[]> {
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

/** The table of `gigq list`. */
export function jobTable(jobs: readonly Job[], io: Pick<Io, "columns" | "color" | "now">): string {
  const now = io.now();
  const rows = jobs.map((job): Cell[] => [
    String(job.id),
    {
      text: job.reason === null ? job.status : `${job.status} (${job.reason})`,
      style: statusStyle(job.status),
    },
    jobTitle(job),
    job.queue,
    String(job.priority),
    `${job.attempt}/${job.maxAttempts}`,
    relativeTime(latestMoment(job), now),
  ]);
  return renderTable(COLUMNS, rows, { width: io.columns, color: io.color });
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
