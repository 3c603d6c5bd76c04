/** What `gigq cancel`, `gigq requeue`, `gigq dead redrive` and `gigq dead dismiss` do. */

import type { JobId, Status } from "../../core/job.ts";
import type { Change, Selector } from "../../core/ports.ts";
import { isFinal, isPending, PENDING } from "../../core/transitions.ts";
import type { JobQueue } from "../../library/queue.ts";
import { jsonLines } from "../../output/json_lines.ts";
import type { Input } from "../command.ts";
import type { Io } from "../io.ts";
import { openExisting } from "../open_queue.ts";
import { idList } from "../pages.ts";
import { readSelectionOfDead, requireSelection, resolveSelection } from "../selectors.ts";

/** A verb that changes jobs one by one. */
interface Verb {
  readonly name: string;
  /** What became of a job, by the store's answer. */
  readonly done: Readonly<Record<"done" | "requested", string>>;
  /** Which jobs filters mean, where that is not said; ids mean the jobs that they name. */
  readonly scope: (selector: Selector) => Selector;
  readonly apply: (queue: JobQueue, ids: readonly JobId[]) => Promise<readonly Change[]>;
  /** Why a job in this status was refused. */
  readonly why: (status: Status) => string;
  /** Jobs that the others wait for, among those changed; none but for a requeue with canaries. */
  readonly canaries?: (ids: readonly JobId[]) => readonly JobId[];
  /** Only dead letters. */
  readonly dead?: boolean;
}

const CANCEL: Verb = {
  name: "cancel",
  done: { done: "cancelled", requested: "stopping" },
  scope: inStatus([...PENDING, "running"]),
  apply: (queue, ids) => queue.cancel(ids),
  why: (status) => `it is ${status} already`,
};

const DISMISS: Verb = {
  name: "dismiss",
  done: { done: "dismissed", requested: "dismissed" },
  scope: (selector) => selector,
  apply: (queue, ids) => queue.dismiss(ids),
  why: () => "it is no dead letter",
  dead: true,
};

/** Cancels what was selected; exits with 1 when a job that was named could not be. */
export function cancelJobs(input: Input, io: Io): Promise<number> {
  return change(CANCEL, input, io);
}

/** Runs what was selected once more; exits with 1 when a job that was named could not be. */
export function requeueJobs(input: Input, io: Io): Promise<number> {
  return change(requeueVerb("requeue", input), input, io);
}

/** The same for dead letters. */
export function redriveJobs(input: Input, io: Io): Promise<number> {
  return change({ ...requeueVerb("redrive", input), dead: true }, input, io);
}

/** Takes what was selected off the dead letters; exits with 1 when a job that was named is none. */
export function dismissJobs(input: Input, io: Io): Promise<number> {
  return change(DISMISS, input, io);
}

function requeueVerb(name: string, input: Input): Verb {
  const first = input.number("canary");
  const fresh = input.flag("fresh");
  const canaries = (ids: readonly JobId[]): readonly JobId[] =>
    first === undefined || ids.length <= first ? [] : ids.slice(0, first);
  return {
    name,
    done: { done: "requeued", requested: "requeued" },
    // What a cause is about failed, and only what failed can wait for a canary.
    scope: (selector) =>
      inStatus(
        selector.cause !== undefined || selector.dead || first !== undefined
          ? ["failed"]
          : ["failed", "cancelled", "skipped"],
      )(selector),
    apply: (queue, ids) =>
      queue.requeue(ids, { ...fresh && { fresh }, ...first !== undefined && { canaries: canaries(ids) } }),
    why: (status) =>
      first !== undefined && isFinal(status) && status !== "failed"
        ? "it has not failed, and only what failed can wait for a canary"
        : whyNotRequeued(status),
    canaries,
  };
}

function whyNotRequeued(status: Status): string {
  return isPending(status) || status === "running"
    ? `it is ${status}`
    : "a job that it depends on did not end as it needs, or another job holds its unique key";
}

function inStatus(statuses: readonly Status[]): (selector: Selector) => Selector {
  return (selector) => ({ statuses, ...selector });
}

async function change(verb: Verb, input: Input, io: Io): Promise<number> {
  const selection = verb.dead
    ? requireSelection(input, verb.name, readSelectionOfDead, "--error E3")
    : requireSelection(input, verb.name);
  await using queue = await openExisting(io);
  const { selector, named } = await resolveSelection(selection, queue);
  const scoped = selection.ids.length > 0 ? selector : verb.scope(selector);
  const jobs = await queue.list({ ...scoped, ...verb.dead && { dead: true } });
  const ids = jobs.map((job) => job.id);
  const changes = ids.length === 0 ? [] : await verb.apply(queue, ids);
  const held = heldJobs(changes, verb.canaries?.(ids) ?? []);
  await io.out(
    io.json
      ? jsonLines(
        changes.map((item) => ({ ...item, ...held.has(item.id) && { heldFor: held.get(item.id) } })),
      )
      : changes.map((item) => changeLine(item, verb, held.get(item.id))).join(""),
  );
  const missed = await tellMissed(changes, named, verb, queue, io);
  if (changes.length === 0 && !missed && io.errIsTerminal) io.err("No job matches\n");
  return missed ? 1 : 0;
}

/** Which jobs wait, and for which canaries. */
function heldJobs(changes: readonly Change[], canaries: readonly JobId[]): Map<JobId, readonly JobId[]> {
  const done = changes.filter(({ result }) => result === "done").map(({ id }) => id);
  const first = done.filter((id) => canaries.includes(id));
  return new Map(first.length === 0 ? [] : done.filter((id) => !first.includes(id)).map((id) => [id, first]));
}

/** A range or filter may well meet jobs that need nothing; a job that was named is missed. */
async function tellMissed(
  changes: readonly Change[],
  named: ReadonlySet<JobId>,
  verb: Verb,
  queue: JobQueue,
  io: Io,
): Promise<boolean> {
  const refused = changes.filter(({ id, result }) => result === "refused" && named.has(id))
    .map(({ id, status }) => ({ id, why: verb.why(status!) }));
  const seen = new Set(changes.map(({ id }) => id));
  const others = [...named].filter((id) => verb.dead && !seen.has(id));
  const unfit = others.length === 0 ? [] : (await queue.list({ ids: others }))
    .filter(({ dead }) => !dead)
    .map(({ id, status }) => ({
      id,
      why: status === "failed" ? DISMISS.why(status) : `it is ${status}, and no dead letter`,
    }));
  const missed = [...refused, ...unfit].sort((a, b) => a.id - b.id);
  if (!io.json) {
    for (const { id, why } of missed) io.err(`gigq: Job ${id} was not ${verb.done.done}: ${why}\n`);
  }
  return missed.length > 0;
}

function changeLine({ id, result }: Change, verb: Verb, heldFor: readonly JobId[] | undefined): string {
  if (result !== "done" && result !== "requested") return "";
  return heldFor === undefined ? `${id} ${verb.done[result]}\n` : `${id} held for ${idList(heldFor)}\n`;
}
