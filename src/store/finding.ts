/** Findings in few words. */

import { counted } from "../core/counted.ts";
import { GigqError } from "../core/errors.ts";
import type { Finding } from "../core/ports.ts";

export function ok(check: string, message: string, fixed = false): Finding {
  return { check, verdict: "ok", message, hint: null, fixed };
}

export function warning(check: string, message: string, hint: string): Finding {
  return { check, verdict: "warning", message, hint, fixed: false };
}

export function problem(check: string, message: string, hint: string | null): Finding {
  return { check, verdict: "problem", message, hint, fixed: false };
}

/** An error for users, as a finding; others are thrown again. */
export function toFinding(check: string, error: unknown): Finding {
  if (!(error instanceof GigqError)) throw error;
  return problem(check, error.message, error.hint ?? null);
}

/** `3 minutes ago`. */
export function ago(ms: number): string {
  return `${span(ms)} ago`;
}

const UNITS = [["day", 86_400_000], ["hour", 3_600_000], ["minute", 60_000]] as const;

/** The largest unit alone, such as `2 hours`. */
export function span(ms: number): string {
  for (const [unit, length] of UNITS) if (ms >= length) return counted(Math.floor(ms / length), unit);
  return counted(Math.floor(ms / 1_000), "second");
}
