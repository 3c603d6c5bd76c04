/** The legal moves of a job, once. Every store follows this table; `docs/jobs.md` draws it. */

import type { Rule, Status } from "./job.ts";

/** All statuses, in the order of a job's life. */
export const STATUSES = [
  "blocked",
  "scheduled",
  "ready",
  "running",
  "completed",
  "failed",
  "cancelled",
  "skipped",
] as const satisfies readonly Status[];

/** Not yet started: what `--status pending` means. */
export const PENDING = ["blocked", "scheduled", "ready"] as const satisfies readonly Status[];

/** The end of a job's life, until somebody requeues it. */
export const FINAL = ["completed", "failed", "cancelled", "skipped"] as const satisfies readonly Status[];

/** From each status, where a job may go. Final statuses are left only by a requeue. */
export const TRANSITIONS: Readonly<Record<Status, readonly Status[]>> = {
  blocked: ["ready", "scheduled", "failed", "cancelled", "skipped"],
  scheduled: ["ready", "failed", "cancelled"],
  ready: ["running", "failed", "cancelled"],
  running: ["completed", "failed", "cancelled", "ready", "scheduled"],
  completed: ["blocked", "scheduled", "ready"],
  failed: ["blocked", "scheduled", "ready"],
  cancelled: ["blocked", "scheduled", "ready"],
  skipped: ["blocked", "scheduled", "ready"],
};

export function isFinal(status: Status): boolean {
  return (FINAL as readonly Status[]).includes(status);
}

export function isPending(status: Status): boolean {
  return (PENDING as readonly Status[]).includes(status);
}

export function isLegal(from: Status, to: Status): boolean {
  return TRANSITIONS[from].includes(to);
}

/**
 * Whether a parent that ended as `parent` satisfies an edge: `success` wants `completed`, `failure` wants
 * `failed`, `finished` takes any end. An edge that is not satisfied skips the child.
 */
export function satisfies(parent: Status, rule: Rule): boolean {
  switch (rule) {
    case "success":
      return parent === "completed";
    case "failure":
      return parent === "failed";
    case "finished":
      return isFinal(parent);
  }
}
