/** Running what is left of a workflow run once more. */

import { NotFoundError } from "../core/errors.ts";
import type { Job, JobId } from "../core/job.ts";
import type { Store } from "../core/ports.ts";
import { planRetry, type RetryOptions, type StepRetry } from "../core/workflow/retry.ts";

/** Failed commands whose exit codes are looked up, to say why they run again. */
const LOOKED_UP = 50;

/**
 * Requeues the steps that {@linkcode planRetry} finds.
 *
 * @returns What became of every step
 * @throws {NotFoundError} When there is no such run, or no such step
 * @throws {UsageError} When the step to start from cannot run
 */
export async function retryRun(
  store: Store,
  workflow: number,
  options: RetryOptions,
  now: number,
): Promise<readonly StepRetry[]> {
  const jobs = await store.list({ workflow });
  if (jobs.length === 0 && (await store.workflows({ id: workflow })).length === 0) {
    throw new NotFoundError(`There is no workflow run ${workflow}`, {
      hint: "gigq workflow list shows what there is",
    });
  }
  const plan = planRetry(jobs, options, await exitCodes(jobs, store));
  const ids = plan.filter(({ again }) => again).map(({ id }) => id);
  const changes = ids.length === 0 ? [] : await store.requeue(ids, now);
  const refused = new Set(changes.filter(({ result }) => result !== "done").map(({ id }) => id));
  return plan.map((step) => refused.has(step.id) ? { ...step, again: false, why: REFUSED } : step);
}

/** What only the store can know: how a job outside of the run ended. */
const REFUSED = "a job outside of the run that it depends on did not end as it needs";

async function exitCodes(jobs: readonly Job[], store: Store): Promise<Map<JobId, number>> {
  const failed = jobs.filter(({ status, reason }) => status === "failed" && reason === "exit");
  const found = await Promise.all(
    failed.slice(0, LOOKED_UP).map(async ({ id }) => {
      const code = (await store.attempts(id)).at(-1)?.exitCode;
      return typeof code === "number" ? [[id, code] as const] : [];
    }),
  );
  return new Map(found.flat());
}
