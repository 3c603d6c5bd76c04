/** What the body of a function or module job is given besides its params. */

import type { JobError, JobId, Status } from "../core/job.ts";
import type { Json } from "../core/json.ts";
import type { Parent } from "../core/ports.ts";

/** How a parent ended. */
export interface ParentResult {
  /** Its status. */
  readonly status: Status;
  /** Its result; `null` when it has none. */
  readonly result: Json;
  /** Its last error; `null` when it has none. */
  readonly error: JobError | null;
}

/**
 * The job's side of the queue. Its functions may be taken out of it and called on their own.
 *
 * `A` names the parents that the job expects and the types of their results; a workflow then refuses to compile
 * where it is given others.
 *
 * @example
 * ```ts
 * import { type JobContext, task, workflow } from "@gigq/gigq";
 *
 * const source = task("source", () => [1, 2, 3]);
 * const sum = task("sum", (_: undefined, ctx: JobContext<{ list: number[] }>) =>
 *   ctx.parents.list.reduce((a, b) => a + b));
 *
 * const wf = workflow("typed");
 * const list = wf.add(source());
 * wf.add(sum(), { after: { list } });
 * ```
 */
export interface JobContext<A extends object = Readonly<Record<string, Json>>> {
  /** Id of the job. */
  readonly id: JobId;
  /** 1 for the first try; every start counts. */
  readonly attempt: number;
  /** Aborts when the job must stop: its timeout, a cancel, the worker's shutdown. Pass it on to `fetch` and the like. */
  readonly signal: AbortSignal;
  /** Results of the jobs this one came after: by step name, else by job name, else by id. */
  readonly parents: A;
  /**
   * How one parent ended, by the same names.
   *
   * @throws {Error} When there is no such parent, naming those there are
   */
  parent(name: string): ParentResult;
  /** Records how far the job is: any JSON. */
  progress(value: Json): void;
  /** Writes a line to the job's log, as `console.log` would. */
  log(...values: readonly unknown[]): void;
}

/** Parents under the names a job knows them by; `aliases` are its own names for steps, in place of theirs. */
export function nameParents(
  parents: readonly Parent[],
  aliases: Readonly<Record<string, string>> = {},
): Readonly<Record<string, ParentResult>> {
  const named: Record<string, ParentResult> = Object.create(null);
  for (const { id, step, name, status, result, error } of parents) {
    named[step ?? name ?? String(id)] = { status, result, error };
  }
  return Object.keys(aliases).length === 0 ? named : renamed(named, aliases);
}

function renamed(
  named: Readonly<Record<string, ParentResult>>,
  aliases: Readonly<Record<string, string>>,
): Readonly<Record<string, ParentResult>> {
  const own: Record<string, ParentResult> = Object.create(null);
  const taken = new Set(Object.values(aliases));
  for (const [step, parent] of Object.entries(named)) if (!taken.has(step)) own[step] = parent;
  for (const [alias, step] of Object.entries(aliases)) {
    const parent = named[step];
    if (parent !== undefined) own[alias] = parent;
  }
  return own;
}

/** The results alone. */
export function resultsOf(named: Readonly<Record<string, ParentResult>>): Readonly<Record<string, Json>> {
  return Object.fromEntries(Object.entries(named).map(([name, { result }]) => [name, result]));
}

/** One parent, or an error that names those there are. */
export function parentNamed(named: Readonly<Record<string, ParentResult>>, name: string): ParentResult {
  // In a module's thread the names came as an ordinary object, which has members of its own.
  const found = Object.hasOwn(named, name) ? named[name] : undefined;
  if (found === undefined) {
    const names = Object.keys(named);
    throw new Error(
      `No parent "${name}"; ${names.length === 0 ? "this job has none" : `there are ${names.join(", ")}`}`,
    );
  }
  return found;
}

/** A line of log: strings as they are, everything else as `console.log` shows it. */
export function formatLog(values: readonly unknown[]): string {
  const shown = values.map((value) => typeof value === "string" ? value : Deno.inspect(value));
  return `${shown.join(" ")}\n`;
}
