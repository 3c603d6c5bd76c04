/** `--max-fails`: how many failures are too many. */

import { UsageError } from "./errors.ts";
import type { MaxFails } from "./ports/workflow_run.ts";

const HINT = "Write it like 10, or 10% of all jobs";

/**
 * Reads `10` or `10%`.
 *
 * @throws {UsageError} For anything else: 0, 1.5, 101%
 */
export function parseMaxFails(text: string): MaxFails {
  const [, digits, percent] = /^(\d{1,15}(?:\.\d{1,6})?)\s*(%?)$/.exec(text.trim()) ?? [];
  if (digits === undefined) throw new UsageError(`"${text}" is no number of failures`, { hint: HINT });
  const value = Number(digits);
  return checkMaxFails(percent === "%" ? { percent: value } : { count: value });
}

/**
 * Checks a value that a script or a file gave.
 *
 * @throws {UsageError} For a count that is no whole number from 1, or a share outside of 0 to 100 percent
 */
export function checkMaxFails(maxFails: MaxFails): MaxFails {
  const { count, percent } = maxFails as { count?: number; percent?: number };
  if ((count === undefined) === (percent === undefined)) {
    throw new UsageError("The number of failures allowed needs either a count or a percentage", {
      hint: HINT,
    });
  }
  if (count !== undefined) {
    if (Number.isSafeInteger(count) && count >= 1) return { count };
    const what = count === 0 ? "No failures at all cannot be allowed" : `${count} is no number of failures`;
    throw new UsageError(count === 0 ? `${what}: 1 stops at the first` : what, { hint: HINT });
  }
  if (typeof percent === "number" && percent > 0 && percent <= 100) return { percent };
  throw new UsageError(`${percent}% is not a share of failures: it must be above 0% and at most 100%`, {
    hint: HINT,
  });
}

/** `10` or `10%`, as {@linkcode parseMaxFails} reads it. */
export function formatMaxFails(maxFails: MaxFails): string {
  return "count" in maxFails ? String(maxFails.count) : `${maxFails.percent}%`;
}

/** Whether so many failures of so many jobs are too many. */
export function tooManyFailed(maxFails: MaxFails, failed: number, total: number): boolean {
  return failed >= failureLimit(maxFails, total);
}

/** The number of failures that is too many among so many jobs: at least one. */
export function failureLimit(maxFails: MaxFails, total: number): number {
  return "count" in maxFails ? maxFails.count : Math.max(1, Math.ceil(maxFails.percent * total / 100));
}
