/** How statuses, rules and streams are written in databases: small integers that never change their meaning. */

import type { Rule, Status } from "../core/job.ts";
import { FIRING_STATUSES, type FiringStatus } from "../core/schedule.ts";
import { STATUSES } from "../core/transitions.ts";
import { Unreadable } from "./unreadable.ts";

/** A status is stored as its place in `STATUSES`; migrations and indexes spell these numbers out. */
export const S: { readonly [K in Status]: number } = {
  blocked: 0,
  scheduled: 1,
  ready: 2,
  running: 3,
  completed: 4,
  failed: 5,
  cancelled: 6,
  skipped: 7,
};

export function statusOf(code: number): Status {
  const status = STATUSES[code];
  if (status === undefined) throw new Unreadable(`${code} is no status`);
  return status;
}

const RULES = ["success", "failure", "finished"] as const satisfies readonly Rule[];

export function ruleCode(rule: Rule): number {
  return RULES.indexOf(rule);
}

export function ruleOf(code: number): Rule {
  return RULES[code]!;
}

/** SQL for "this edge is satisfied", with the parent's status in `status`: `satisfies` of `core/transitions.ts`. */
export function satisfiedSql(rule: string, status: string): string {
  return `(${rule} = 2 OR (${rule} = 0 AND ${status} = 4) OR (${rule} = 1 AND ${status} = 5))`;
}

/**
 * SQL for the first start of a job `s` since it was submitted or requeued. The column is written only when it tells more
 * than the start of the latest attempt does, so that a job that simply completes writes nothing: NULL before the first
 * attempt ended, -1 since a requeue.
 */
export const FIRST_STARTED = `
  CASE
    WHEN s.first_started_at IS NULL THEN s.started_at
    WHEN s.first_started_at >= 0 THEN s.first_started_at
    WHEN s.status IN (${S.running}, ${S.completed}) THEN s.started_at
  END`;

/** What became of a slot is stored as its place in `FIRING_STATUSES`; the first two are open. */
export function firingStatusCode(status: FiringStatus): number {
  return FIRING_STATUSES.indexOf(status);
}

export function firingStatusOf(code: number): FiringStatus {
  const status = FIRING_STATUSES[code];
  if (status === undefined) throw new Unreadable(`${code} is no status of a slot`);
  return status;
}

/** Streams of a log, by code. */
export const STREAMS = ["stdout", "stderr", "log"] as const;

/** A time (or a duration) from outside, as the integer that the database keeps. */
export function ms(time: number): number {
  return Math.round(time);
}
