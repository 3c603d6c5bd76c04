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
  /**
   * The slot that it runs for, in milliseconds since the epoch: when its schedule was due, however late it starts. `null`
   * for a job that no schedule made.
   */
  readonly scheduledAt: number | null;
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
  /** What an earlier attempt saved last by {@linkcode JobContext.checkpoint}; `null` when none did. */
  readonly saved: Json;
  /**
   * Saves how far the job is, for the next attempt: it finds the value in {@linkcode JobContext.saved}. Resolves once
   * it is stored. Completing the job deletes it.
   *
   * @throws {DataError} When it is not JSON or too large
   * @throws {LostError} When the worker was thought dead and another attempt owns the job by now: stop
   *
   * @example
   * ```ts
   * import { JobQueue, task, Worker } from "@gigq/gigq";
   *
   * let crashed = false;
   * const sum = task("sum", async (p: { numbers: number[] }, ctx) => {
   *   let { at, total } = (ctx.saved ?? { at: 0, total: 0 }) as { at: number; total: number };
   *   for (; at < p.numbers.length; at++) {
   *     if (at === 2 && !crashed) {
   *       crashed = true;
   *       throw new Error("Crashed");
   *     }
   *     total += p.numbers[at]!;
   *     await ctx.checkpoint({ at: at + 1, total });
   *   }
   *   return { total, startedAt: (ctx.saved as { at: number } | null)?.at ?? 0 };
   * }, { retries: 1, backoff: "fixed:0s" });
   *
   * await using queue = await JobQueue.open(":memory:");
   * const id = await queue.submit(sum({ numbers: [1, 2, 3, 4] }));
   * await new Worker(queue, { tasks: [sum] }).drain();
   * const { result } = await queue.get(id);
   * if (JSON.stringify(result) !== '{"total":10,"startedAt":2}') throw new Error(JSON.stringify(result));
   * ```
   */
  checkpoint(value: Json): Promise<void>;
  /**
   * Runs a piece of the job once, however many attempts the job takes: when an earlier attempt has done the step of
   * this key, its stored result comes back and `fn` is not called. Otherwise `fn` runs, and its result is stored before
   * this resolves; what it throws passes through, and the step is not done. Two calls at the same time share one run.
   *
   * The result is what JSON makes of it, for the first attempt, too. A crash between the end of `fn` and the storing
   * runs the step again.
   *
   * @param key 1 to 512 characters, the same in each attempt
   * @throws {DataError} For a bad key, a result that is not JSON or too large, or more than 1,000 steps
   * @throws {LostError} When another attempt owns the job by now: stop
   *
   * @example
   * ```ts
   * import { JobQueue, task, Worker } from "@gigq/gigq";
   *
   * const sent: string[] = [];
   * const invite = task("invite", async (p: { names: string[] }, ctx) => {
   *   for (const name of p.names) {
   *     await ctx.step(`mail ${name}`, () => void sent.push(name));
   *     if (ctx.attempt === 1 && name === "Grace") throw new Error("Crashed");
   *   }
   * }, { retries: 1, backoff: "fixed:0s" });
   *
   * await using queue = await JobQueue.open(":memory:");
   * await queue.submit(invite({ names: ["Ada", "Grace", "Edsger"] }));
   * await new Worker(queue, { tasks: [invite] }).drain();
   * if (String(sent) !== "Ada,Grace,Edsger") throw new Error(String(sent)); // nobody got two
   * ```
   */
  step<T>(key: string, fn: () => T | Promise<T>): Promise<T>;
  /**
   * An error to throw, which says when the next attempt may start: `throw ctx.retryAfter("5m", "Rate limited")`. The
   * delay is noted, too, for the case that the attempt fails with another error.
   *
   * @param delay Milliseconds, or text such as `5m`
   * @throws {UsageError} When it is not understood
   */
  retryAfter(delay: number | string, message?: string): Error;
  /**
   * The value of a secret that the job declares. It is masked in whatever the job says through the queue.
   *
   * @throws {Error} When the job declares no such secret, naming those it does
   */
  secret(name: string): string;
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

/** A secret, or an error that names those there are. */
export function secretNamed(secrets: Readonly<Record<string, string>>, name: string): string {
  if (Object.hasOwn(secrets, name)) return secrets[name]!;
  const names = Object.keys(secrets);
  throw new Error(
    `No secret "${name}"; ${
      names.length === 0 ? "this job declares none" : `it declares ${names.join(", ")}`
    }`,
  );
}

/** Lets a promise be dropped: its rejection then ends nothing. Whoever awaits it hears of it all the same. */
export function droppable<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}
