/** `--max-fails`: when a run has failed often enough to be halted. */

import { UsageError } from "./errors.ts";
import type { MaxFails } from "./ports/workflow_run.ts";

const HINT = "Write it like 10, or 10% of all jobs";

/**
 * Reads `10` or `10%`.
 *
 * @throws {UsageError} For anything else: 0, 1.5, 101%
 */
export function parseMaxFails(text: string): MaxFails {
  const [, digits, percent] = /^(\d{1,15}(?:\.\d{1,6})?)(%?)$/.exec(text.trim()) ?? [];
  if (digits === undefined) throw new UsageError(`"${text}" is no number of failures`, { hint: HINT });
  const value = Number(digits);
  if (percent === "") {
    if (!Number.isInteger(value)) {
      throw new UsageError(`${text} is no whole number of failures`, { hint: HINT });
    }
    if (value > 0) return { count: value };
    throw new UsageError("0 failures are there from the beginning", { hint: "1 stops at the first failure" });
  }
  if (value > 0 && value <= 100) return { percent: value };
  throw new UsageError(`${text} is no share of failures: it must be above 0% and at most 100%`, {
    hint: HINT,
  });
}

/** `10` or `10%`, as {@linkcode parseMaxFails} reads it. */
export function formatMaxFails(maxFails: MaxFails): string {
  return "count" in maxFails ? String(maxFails.count) : `${maxFails.percent}%`;
}

/**
 * Whether so many failed jobs halt a run.
 *
 * @param failed Jobs of the run that stand failed
 * @param total All its jobs
 */
export function isHalting(limit: MaxFails, failed: number, total: number): boolean {
  if (failed === 0) return false;
  return "count" in limit ? failed >= limit.count : failed * 100 >= limit.percent * total;
}
