/** Which jobs a command is about: ids and filters, the same for every verb. */

import { parseCause } from "../core/cause.ts";
import { NotFoundError, UsageError } from "../core/errors.ts";
import type { Cause, JobId, Status } from "../core/job.ts";
import type { Selector, WorkflowRun } from "../core/ports.ts";
import { didYouMean } from "../core/suggest.ts";
import { STATUSES } from "../core/transitions.ts";
import type { JobQueue } from "../library/queue.ts";
import type { Input } from "./command.ts";
import { STATUS_GROUPS, STATUS_WORDS } from "./selector_options.ts";

/** One word for ids. */
type IdTerm = "@last" | { readonly first: JobId; readonly last: JobId };

/** What the user selected, understood but not yet looked up. */
export interface Selection {
  readonly ids: readonly IdTerm[];
  readonly statuses: readonly Status[];
  readonly queues: readonly string[];
  readonly name: string | undefined;
  readonly tag: string | undefined;
  readonly workflow: string | undefined;
  readonly schedule: string | undefined;
  readonly cause: Cause["id"] | undefined;
  readonly dead: boolean;
}

/**
 * Reads ids and filters.
 *
 * @throws {UsageError} For a word that is no id or no status
 */
export function readSelection(input: Input): Selection {
  return { ...readSelectionOfDead(input), statuses: readStatuses(input), dead: input.flag("dead") };
}

/** The same for commands that are about dead letters only, and have neither `--status` nor `--dead`. */
export function readSelectionOfDead(input: Input): Selection {
  const error = input.string("error");
  return {
    ids: input.args.flatMap((arg) => arg.split(",")).map(readIds),
    statuses: [],
    queues: input.strings("queue"),
    name: input.string("name"),
    tag: input.string("tag"),
    workflow: input.string("workflow"),
    schedule: input.string("schedule"),
    cause: error === undefined ? undefined : parseCause(error),
    dead: false,
  };
}

function readStatuses(input: Input): Status[] {
  return [...new Set(input.strings("status").flatMap((text) => text.split(",")).flatMap(readStatus))];
}

function readIds(word: string): IdTerm {
  if (word === "@last") return word;
  const [, from, to = from] = /^(\d{1,15})(?:-(\d{1,15}))?$/.exec(word) ?? [];
  const first = Number(from);
  const last = Number(to);
  if (!(first >= 1 && last >= first)) {
    throw new UsageError(`"${word}" is not a job id`, { hint: "Write it like 12, 15-20 or @last" });
  }
  return { first, last };
}

function readStatus(word: string): readonly Status[] {
  const group = Object.hasOwn(STATUS_GROUPS, word)
    ? STATUS_GROUPS[word]!
    : STATUSES.filter((status) => status === word);
  if (group.length > 0) return group;
  throw new UsageError(`Unknown status "${word}"`, {
    hint: didYouMean(word, STATUS_WORDS) ?? `Write one of ${STATUS_WORDS.join(", ")}`,
  });
}

/** Whether the user named anything at all. */
export function selectsNothing(selection: Selection): boolean {
  const { ids, statuses, queues, name, tag, workflow, schedule, cause, dead } = selection;
  const lists = ids.length + statuses.length + queues.length;
  return lists === 0 && !dead && [name, tag, workflow, schedule, cause].every((value) => value === undefined);
}

/**
 * For verbs that change: something must be selected, or `--all` said, so that a forgotten id changes nothing.
 *
 * @throws {UsageError}
 */
export function requireSelection(
  input: Input,
  verb: string,
  read = readSelection,
  example = "--status failed",
): Selection {
  const selection = read(input);
  if (selectsNothing(selection) && !input.flag("all")) {
    throw new UsageError(`There is nothing selected to ${verb}`, {
      hint: `Give ids, a filter such as ${example}, or --all`,
    });
  }
  if (input.flag("all") && selection.ids.length > 0) {
    throw new UsageError("Give either ids or --all, not both");
  }
  return selection;
}

/** A selector, and the ids that were named one by one: those must exist and be heard of. */
export interface Selected {
  readonly selector: Selector;
  readonly named: ReadonlySet<JobId>;
}

/**
 * Looks a selection up.
 *
 * @throws {NotFoundError} For an id, workflow, schedule or cause that does not exist; nothing is changed then
 */
export async function resolveSelection(selection: Selection, queue: JobQueue): Promise<Selected> {
  const { statuses, queues, name, tag, schedule, cause, dead } = selection;
  if (cause !== undefined) await queue.cause(cause);
  const workflow = selection.workflow === undefined
    ? undefined
    : await findWorkflow(selection.workflow, queue);
  const made = schedule === undefined ? undefined : await queue.schedules.jobs(schedule);
  const { ids: said, named } = await findIds(selection.ids, queue);
  const ids = inBoth(said, made);
  const selector: Selector = {
    ...ids !== undefined && { ids },
    ...statuses.length > 0 && { statuses },
    ...queues.length > 0 && { queues },
    ...name !== undefined && { name },
    ...tag !== undefined && { tag },
    ...workflow !== undefined && { workflow },
    ...cause !== undefined && { cause },
    ...dead && { dead },
  };
  return { selector, named };
}

/** Ids of both lists; `undefined` stands for all. */
function inBoth(
  ids: readonly JobId[] | undefined,
  others: readonly JobId[] | undefined,
): readonly JobId[] | undefined {
  if (ids === undefined || others === undefined) return ids ?? others;
  const known = new Set(others);
  return ids.filter((id) => known.has(id));
}

async function findIds(
  terms: readonly IdTerm[],
  queue: JobQueue,
): Promise<{ ids: JobId[] | undefined; named: Set<JobId> }> {
  if (terms.length === 0) return { ids: undefined, named: new Set() };
  const newest = await queue.lastId() ?? 0;
  const named = new Set<JobId>();
  const ids = new Set<JobId>();
  for (const term of terms) {
    if (term === "@last") named.add(await lastId(queue));
    else if (term.first === term.last) named.add(term.first);
    else for (let id = term.first; id <= Math.min(term.last, newest); id++) ids.add(id);
  }
  await mustExist(named, queue);
  for (const id of named) ids.add(id);
  return { ids: [...ids], named };
}

async function mustExist(named: ReadonlySet<JobId>, queue: JobQueue): Promise<void> {
  const found = new Set((await queue.list({ ids: [...named] })).map((job) => job.id));
  const missing = [...named].filter((id) => !found.has(id));
  if (missing.length > 0) {
    const [first, ...more] = missing;
    const others = more.length === 0
      ? ""
      : ` (nor ${more.slice(0, 5).join(", ")}${more.length > 5 ? " …" : ""})`;
    throw new NotFoundError(`There is no job ${first}${others}`, { hint: "gigq list shows what there is" });
  }
}

async function lastId(queue: JobQueue): Promise<JobId> {
  const id = await queue.lastId();
  if (id === null) throw new NotFoundError("There is no last job: the queue is empty");
  return id;
}

/**
 * The id that one word names.
 *
 * @throws {UsageError} When it is neither an id nor `@last`
 * @throws {NotFoundError} When `@last` finds an empty queue
 */
export async function resolveId(word: string, queue: JobQueue): Promise<JobId> {
  const terms = word.split(",").map(readIds);
  const [term] = terms;
  if (term === "@last" && terms.length === 1) return await lastId(queue);
  if (term === "@last" || terms.length > 1 || term!.first !== term!.last) {
    throw new UsageError(`"${word}" names several jobs`, { hint: "Give one id" });
  }
  return term!.first;
}

/** A batch of that name comes after all workflows. */
async function latestOf(name: string, queue: JobQueue): Promise<readonly WorkflowRun[]> {
  const runs = await queue.workflows({ name, type: "workflow", limit: 1 });
  return runs.length > 0 ? runs : await queue.workflows({ name, limit: 1 });
}

/**
 * The workflow run that a word names: its id, or the name of a workflow for its latest run.
 *
 * @throws {NotFoundError}
 */
export async function findWorkflow(word: string, queue: JobQueue): Promise<number> {
  const byId = /^\d{1,15}$/.test(word) ? await queue.workflows({ id: Number(word) }) : [];
  const [run] = byId.length > 0 ? byId : await latestOf(word, queue);
  if (run === undefined) {
    throw new NotFoundError(`There is no workflow run "${word}"`, {
      hint: "gigq workflow list shows what there is",
    });
  }
  return run.id;
}
