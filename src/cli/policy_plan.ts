/** When attempts would start if each failed at once. Pure. */

import type { Policy } from "../core/job.ts";
import type { Random } from "../core/ports.ts";
import { retryDelayMs, retryRangeMs } from "../core/retry.ts";

/** One attempt of a plan. Times are milliseconds since the epoch, waits milliseconds. */
export interface PlannedAttempt {
  readonly attempt: number;
  /** Shortest and longest; equal where nothing is left to chance. */
  readonly waitMs: readonly [number, number];
  readonly at: readonly [earliest: number, latest: number];
  /** One draw; `null` when its budget is over by then. */
  readonly sample: { readonly waitMs: number; readonly at: number } | null;
}

/** The first attempts of a plan, and how many more there may be. */
export interface AttemptPlan {
  readonly attempts: readonly PlannedAttempt[];
  readonly more: number;
  /** The attempt that comes too late for the budget in any case; `null` when there is none in the plan. */
  readonly overBudget: number | null;
}

/** More would not be read. */
const MOST_ATTEMPTS = 100;

/** Plans the attempts of a job that starts at `startMs` and fails at once, again and again. */
export function planAttempts(policy: Policy, startMs: number, random: Random): AttemptPlan {
  const end = startMs + (policy.budgetMs ?? Infinity);
  const first = { waitMs: 0, at: startMs };
  const attempts: PlannedAttempt[] = [{ attempt: 1, waitMs: [0, 0], at: [startMs, startMs], sample: first }];
  const count = Math.min(policy.maxAttempts, MOST_ATTEMPTS);
  for (let last = attempts[0]!; last.attempt < count; last = attempts.at(-1)!) {
    const [least, most] = retryRangeMs(policy.backoff, last.attempt);
    const drawn = retryDelayMs(policy.backoff, last.attempt, random);
    const at = [last.at[0] + least, Math.min(last.at[1] + most, end)] as const;
    const sampleAt = (last.sample?.at ?? Infinity) + drawn;
    if (at[0] > end) return { attempts, more: 0, overBudget: last.attempt + 1 };
    attempts.push({
      attempt: last.attempt + 1,
      waitMs: [least, most],
      at,
      sample: sampleAt > end || sampleAt === Infinity ? null : { waitMs: drawn, at: sampleAt },
    });
  }
  return { attempts, more: policy.maxAttempts - count, overBudget: null };
}
