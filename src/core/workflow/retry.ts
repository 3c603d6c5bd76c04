/** Which steps of a run go once more, which are kept, and why. Pure. */

import { NotFoundError, UsageError } from "../errors.ts";
import type { Job, JobId, Rule, Status } from "../job.ts";
import { nearest } from "../suggest.ts";
import { isFinal, satisfies } from "../transitions.ts";

/** Where a retry begins. */
export interface RetryOptions {
  /** Name of the step that runs again, even if it completed; only it and what comes after it are looked at. */
  readonly from?: string;
  /** With `from`: everything after that step runs again, too, even what completed. Default `false`. */
  readonly downstream?: boolean;
}

/** What a retry does with one step. */
export interface StepRetry {
  /** Its job. */
  readonly id: JobId;
  /** Its name; the id of the job where it has none. */
  readonly step: string;
  /** The status before. */
  readonly status: Status;
  /** Whether it runs once more. */
  readonly again: boolean;
  /** Why it does, or does not. */
  readonly why: string;
}

/** What is to be known of a step. */
export type RetryStep = Pick<Job, "id" | "step" | "status" | "reason" | "dependencies">;

/**
 * Plans the retry of a run.
 *
 * Without `from` that is every step that ended without completing, and every one after it that ran on its word: what
 * ran because of a failure (`on: failure`, `on: finished`) has to hear the new word. With `from` it is that step, and of
 * those after it the ones that did not complete, or with `downstream` all. A step whose parents ended otherwise than it
 * needs, and do not run again, stays as it is, and so does a job that a rule started, once it has completed.
 *
 * @param jobs All jobs of the run, by rising id: parents come before their children
 * @param exitCodes Of commands that failed by their exit code, by job
 * @throws {NotFoundError} When there is no step `from`
 * @throws {UsageError} When that step cannot run because of how its parents ended
 */
export function planRetry(
  jobs: readonly RetryStep[],
  options: RetryOptions = {},
  exitCodes: ReadonlyMap<JobId, number> = new Map(),
): readonly StepRetry[] {
  const { from, downstream = false } = options;
  if (downstream && from === undefined) {
    throw new UsageError("What is downstream needs a step to start from", {
      hint: "Name it with --from STEP",
    });
  }
  const start = from === undefined ? null : findStep(jobs, from);
  const plan = new Plan(jobs, start, downstream, exitCodes);
  const steps = jobs.map((job) => plan.decide(job));
  if (start !== null) refuseStuck(start, steps.find(({ id }) => id === start.id)!);
  return steps;
}

/** Names near the one that was asked for; all of them where there are few. */
function findStep(jobs: readonly RetryStep[], name: string): RetryStep {
  const found = jobs.find((job) => job.step === name);
  if (found !== undefined) return found;
  const names = jobs.flatMap((job) => job.step ?? []);
  const near = nearest(name, names);
  const hint = near === undefined ? `Its steps are ${shorten(names)}` : `Did you mean "${near}"?`;
  throw new NotFoundError(`There is no step "${name}" in this run`, { hint });
}

/** Steps named in a message. */
const NAMED = 8;

function shorten(names: readonly string[]): string {
  const rest = names.length - NAMED;
  return names.slice(0, NAMED).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}

function refuseStuck(start: RetryStep, step: StepRetry): void {
  if (step.again || !isFinal(start.status)) return;
  throw new UsageError(`Step "${step.step}" cannot run again: ${step.why}`, {
    hint: "Start further up, or retry the run without --from",
  });
}

/** What has been decided so far: parents before children. */
class Plan {
  readonly #steps: ReadonlyMap<JobId, RetryStep>;
  readonly #again = new Map<JobId, RetryStep>();
  /** The step that a retry starts from, and all after it; `null` for the whole run. */
  readonly #inside: Set<JobId> | null;

  constructor(
    jobs: readonly RetryStep[],
    readonly start: RetryStep | null,
    readonly downstream: boolean,
    readonly exitCodes: ReadonlyMap<JobId, number>,
  ) {
    this.#steps = new Map(jobs.map((job) => [job.id, job]));
    this.#inside = start === null ? null : below(jobs, start.id);
  }

  decide(job: RetryStep): StepRetry {
    const step = { id: job.id, step: nameOf(job), status: job.status };
    if (!isFinal(job.status)) return { ...step, again: false, why: job.status };
    const why = this.#wanted(job);
    if (why === null) return { ...step, again: false, why: this.#ended(job) };
    const stuck = this.#stuck(job);
    if (stuck !== null) return { ...step, again: false, why: stuck };
    this.#again.set(job.id, job);
    return { ...step, again: true, why };
  }

  /** Why it should run; `null` when it should not. */
  #wanted(job: RetryStep): string | null {
    if (job.id === this.start?.id) return "asked for";
    if (this.#inside !== null && !this.#inside.has(job.id)) return null;
    const parents = job.dependencies.flatMap(({ id }) => this.#again.get(id) ?? []);
    const after = parents.length === 0 ? null : `comes after ${parents.map(nameOf).join(", ")}`;
    if (job.status === "failed" || job.status === "cancelled") return this.#ended(job);
    // What a rule started tells of a failure that was: a new one starts another.
    if (job.step === null && job.dependencies.length > 0) return null;
    if (job.status === "skipped") return after ?? "skipped";
    // A completed step: where it ran on the word of an end that is taken back, or where everything runs.
    const heard = this.downstream || parents.some((parent) => parent.status !== "completed");
    return heard ? after : null;
  }

  #ended({ id, status, reason }: RetryStep): string {
    const code = this.exitCodes.get(id);
    if (status !== "failed" || reason === null) return status;
    return `failed (${reason === "exit" && code !== undefined ? `exit ${code}` : reason})`;
  }

  /** Which parent ended otherwise than it needs and stays so; `null` when none did. The store judges those outside. */
  #stuck(job: RetryStep): string | null {
    for (const { id, on } of job.dependencies) {
      const parent = this.#steps.get(id);
      const settled = parent !== undefined && !this.#again.has(id) && isFinal(parent.status);
      if (settled && !satisfies(parent.status, on)) return describeStuck(parent, on);
    }
    return null;
  }
}

function describeStuck(parent: RetryStep, on: Rule): string {
  const wanted = on === "failure" ? "the failure" : "the success";
  return `waits for ${wanted} of ${nameOf(parent)}, which ${ENDED[parent.status]}`;
}

const ENDED: Readonly<Record<Status, string>> = {
  blocked: "is blocked",
  scheduled: "is scheduled",
  ready: "is ready",
  running: "is running",
  completed: "completed",
  failed: "failed",
  cancelled: "was cancelled",
  skipped: "was skipped",
};

function below(jobs: readonly RetryStep[], start: JobId): Set<JobId> {
  const inside = new Set([start]);
  for (const job of jobs) if (job.dependencies.some(({ id }) => inside.has(id))) inside.add(job.id);
  return inside;
}

function nameOf(job: RetryStep): string {
  return job.step ?? String(job.id);
}
