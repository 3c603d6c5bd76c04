/** What `gigq cancel` and `gigq requeue` do. */

import type { JobId, Status } from "../../core/job.ts";
import type { Change, Selector } from "../../core/ports.ts";
import { PENDING } from "../../core/transitions.ts";
import type { JobQueue } from "../../library/queue.ts";
import { jsonLines } from "../../output/json_lines.ts";
import type { Input } from "../command.ts";
import type { Io } from "../io.ts";
import { openExisting } from "../open_queue.ts";
import { requireSelection, resolveSelection } from "../selectors.ts";

/** A verb that changes jobs one by one. */
interface Verb {
  readonly name: string;
  /** Statuses that filters mean when `--status` is not given. */
  readonly statuses: readonly Status[];
  /** What became of a job, by the store's answer. */
  readonly done: Readonly<Record<"done" | "requested", string>>;
  apply(queue: JobQueue, ids: readonly JobId[]): Promise<readonly Change[]>;
  /** Why a job in this status was refused. */
  why(status: Status): string;
}

const CANCEL: Verb = {
  name: "cancel",
  statuses: [...PENDING, "running"],
  done: { done: "cancelled", requested: "stopping" },
  apply: (queue, ids) => queue.cancel(ids),
  why: (status) => `it is ${status} already`,
};

const REQUEUE: Verb = {
  name: "requeue",
  statuses: ["failed", "cancelled", "skipped"],
  done: { done: "requeued", requested: "requeued" },
  apply: (queue, ids) => queue.requeue(ids),
  why: (status) =>
    (PENDING as readonly Status[]).includes(status) || status === "running"
      ? `it is ${status}`
      : "a job that it depends on did not end as it needs, or another job holds its unique key",
};

/** Cancels what was selected; exits with 1 when a job that was named could not be. */
export function cancelJobs(input: Input, io: Io): Promise<number> {
  return change(CANCEL, input, io);
}

/** Runs what was selected once more; exits with 1 when a job that was named could not be. */
export function requeueJobs(input: Input, io: Io): Promise<number> {
  return change(REQUEUE, input, io);
}

async function change(verb: Verb, input: Input, io: Io): Promise<number> {
  const selection = requireSelection(input, verb.name);
  await using queue = await openExisting(io);
  const { selector, named } = await resolveSelection(selection, queue);
  const ids = await idsOf(selector, verb, queue);
  const changes = ids.length === 0 ? [] : await verb.apply(queue, ids);
  await io.out(io.json ? jsonLines(changes) : changes.map((item) => changeLine(item, verb)).join(""));
  // A range or filter may well meet jobs that need nothing; a job that was named is missed.
  const missed = changes.filter((item) => item.result === "refused" && named.has(item.id));
  if (!io.json) { for (const { id, status } of missed) io.err(refusal(id, verb, status!)); }
  if (changes.length === 0 && io.errIsTerminal) io.err("No job matches\n");
  return missed.length > 0 ? 1 : 0;
}

function refusal(id: JobId, verb: Verb, status: Status): string {
  return `gigq: Job ${id} was not ${verb.done.done}: ${verb.why(status)}\n`;
}

async function idsOf(selector: Selector, verb: Verb, queue: JobQueue): Promise<JobId[]> {
  const statuses = selector.ids === undefined ? selector.statuses ?? verb.statuses : selector.statuses;
  const jobs = await queue.list({ ...selector, ...statuses !== undefined && { statuses } });
  return jobs.map((job) => job.id);
}

function changeLine({ id, result }: Change, verb: Verb): string {
  return result === "done" || result === "requested" ? `${id} ${verb.done[result]}\n` : "";
}
