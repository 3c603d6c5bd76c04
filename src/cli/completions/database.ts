/** Completions that only the database knows. Read only, and bounded: somebody waits at the keyboard. */

import { formatCause } from "../../core/cause.ts";
import type { Job } from "../../core/job.ts";
import { serverOf } from "../../core/location.ts";
import type { JobQueue } from "../../library/queue.ts";
import { jobTitle } from "../job_title.ts";
import { openExisting } from "../open_queue.ts";
import { whenText } from "../schedules/rule_text.ts";
import { findWorkflow } from "../selectors.ts";
import type { Candidate, DatabaseKind } from "./complete.ts";

/** Latest jobs that are offered by id. */
const IDS = 100;
/** Latest jobs whose names are offered. */
const NAMED = 1_000;
/** Latest workflow runs that are offered. */
const RUNS = 50;
/** Latest causes that are offered. */
const CAUSES = 50;
/** Steps of a run that are offered. */
const STEPS = 200;
/** How long a server may take for an answer. */
const SERVER_TIMEOUT = "2s";
/** Characters of what a value means. */
const HELP_CHARS = 80;

/**
 * The values of a kind, the latest first.
 *
 * @param argument The first one of the line: the run whose steps are asked for
 */
export async function databaseValues(
  kind: DatabaseKind,
  db: string,
  argument: string | undefined,
): Promise<readonly Candidate[]> {
  await using queue = await openExisting({ db: hurried(db) });
  switch (kind) {
    case "job":
      return await jobs(queue);
    case "queue":
      return Object.keys((await queue.stats()).queues).sort().map((value) => ({ value, help: "" }));
    case "name":
      return await names(queue);
    case "workflow":
      return await workflows(queue);
    case "cause":
      return (await queue.causes({ limit: CAUSES })).map((cause) => ({
        value: formatCause(cause.id),
        help: `${cause.class}: ${cause.message}`.slice(0, HELP_CHARS),
      }));
    case "schedule":
      return (await queue.schedules.list()).map(({ schedule: { name, definition } }) => ({
        value: name,
        help: (definition.description ?? whenText(definition.when)).slice(0, HELP_CHARS),
      }));
    case "step":
      return argument === undefined ? [] : await steps(queue, argument);
  }
}

/** A server that does not answer soon has nothing to offer. */
function hurried(db: string): string {
  if (serverOf(db) === null || /[?&]timeout=/.test(db)) return db;
  return `${db}${db.includes("?") ? "&" : "?"}timeout=${SERVER_TIMEOUT}`;
}

async function steps(queue: JobQueue, run: string): Promise<Candidate[]> {
  const jobs = await queue.list({ workflow: await findWorkflow(run, queue), limit: STEPS });
  return jobs.flatMap(({ step, status }) => step === null ? [] : [{ value: step, help: status }]);
}

async function jobs(queue: JobQueue): Promise<Candidate[]> {
  const latest = await queue.list({ order: "desc", limit: IDS });
  const last = latest[0] === undefined ? [] : [{ value: "@last", help: "the one submitted last" }];
  return [
    ...last,
    ...latest.map((job: Job) => ({ value: String(job.id), help: `${job.status} ${jobTitle(job)}` })),
  ];
}

async function names(queue: JobQueue): Promise<Candidate[]> {
  const latest = await queue.list({ order: "desc", limit: NAMED });
  const found = new Set(latest.flatMap((job) => job.name ?? []));
  return [...found].map((value) => ({ value, help: "" }));
}

async function workflows(queue: JobQueue): Promise<Candidate[]> {
  const runs = await queue.workflows({ type: "workflow", limit: RUNS });
  const found = new Set(runs.map((run) => run.name));
  return [
    ...[...found].map((value) => ({ value, help: "latest run" })),
    ...runs.map((run) => ({ value: String(run.id), help: `run of ${run.name}` })),
  ];
}
