/** How statuses and rules are written in the database: small integers that never change their meaning. */

import type { Rule, Status } from "../../core/job.ts";
import { STATUSES } from "../../core/transitions.ts";
import { Unreadable } from "./errors.ts";

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

/** Streams of a log, by code. */
export const STREAMS = ["stdout", "stderr", "log"] as const;

/** A time (or a duration) from outside, as the integer that the database keeps. */
export function ms(time: number): number {
  return Math.round(time);
}
