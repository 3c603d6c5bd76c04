/**
 * Tells damage from a program's mistake. SQLite notices a broken page, not a flipped bit within a value: what is
 * read back is checked before it leaves the store, so that a damaged file ends in a sentence instead of a crash.
 */

import type { Attempt, Cause, Job } from "../../core/job.ts";
import type { WorkflowRun } from "../../core/ports.ts";
import { toUserError, unreadableError } from "./errors.ts";
import { Unreadable } from "../unreadable.ts";
import { Code, SqliteFailure } from "./driver.ts";

/** The last moment that a `Date` can tell. */
const LAST_TIME = 8.64e15;

/** Whether a value is one that GigQ writes. */
export type Check = (value: unknown) => boolean;

export const text: Check = (value) => typeof value === "string";
export const count: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const integer: Check = (value) => Number.isSafeInteger(value);
export const number: Check = (value) => typeof value === "number";
const flag: Check = (value) => typeof value === "boolean";
export const list: Check = (value) => Array.isArray(value);
const texts: Check = (value) => Array.isArray(value) && value.every(text);
export const object: Check = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
export const time: Check = (value) => Number.isSafeInteger(value) && Math.abs(value as number) <= LAST_TIME;
const error: Check = (value) => object(value) && text((value as { message?: unknown }).message);
const anything: Check = () => true;
export const maybe = (check: Check): Check => (value) => value === null || check(value);

const JOB: Readonly<Partial<Record<keyof Job, Check>>> = {
  id: count,
  name: maybe(text),
  queue: text,
  kind: text,
  status: text,
  reason: maybe(text),
  priority: integer,
  tags: texts,
  attempt: count,
  failures: count,
  maxAttempts: count,
  payload: object,
  policy: object,
  createdAt: time,
  dueAt: time,
  expiresAt: maybe(time),
  startedAt: maybe(time),
  firstStartedAt: maybe(time),
  finishedAt: maybe(time),
  result: anything,
  error: maybe(error),
  cause: maybe(count),
  dead: flag,
  canaries: list,
  progress: anything,
  dependencies: list,
  waitingOn: count,
  workflow: maybe(count),
  step: maybe(text),
  worker: maybe(text),
  uniqueKey: maybe(text),
  cancelRequested: flag,
};

const ATTEMPT: Readonly<Partial<Record<keyof Attempt, Check>>> = {
  number: count,
  worker: maybe(text),
  outcome: text,
  startedAt: time,
  finishedAt: maybe(time),
  waitMs: number,
  wallMs: maybe(number),
  cpuMs: maybe(number),
  maxRssBytes: maybe(number),
  exitCode: maybe(integer),
  signal: maybe(text),
  error: maybe(error),
  decision: maybe(object),
};

const CAUSE: Readonly<Partial<Record<keyof Cause, Check>>> = {
  id: count,
  class: text,
  message: text,
  count,
  firstAt: time,
  lastAt: time,
  job: count,
  attempt: count,
  failed: count,
};

const RUN: Readonly<Partial<Record<keyof WorkflowRun, Check>>> = {
  id: count,
  name: text,
  key: maybe(text),
  params: object,
  createdAt: time,
  source: maybe(text),
  type: text,
  maxFails: maybe(object),
  haltedAt: maybe(time),
  counts: object,
};

/** Looks at values of one kind; throws `Unreadable` at the first that GigQ never writes. */
export function checker<T extends object>(
  checks: Readonly<Partial<Record<keyof T, Check>>>,
  name: (value: T) => string,
): (values: readonly T[]) => readonly T[] {
  const entries = Object.entries(checks) as [keyof T & string, Check][];
  return (values) => {
    for (const value of values) {
      for (const [member, check] of entries) if (!check(value[member])) throw wrong(name(value), member);
    }
    return values;
  };
}

export const intactJobs = checker(JOB, (job) => `job ${job.id}`);
export const intactAttempts = checker(ATTEMPT, (attempt) => `attempt ${attempt.number}`);
export const intactCauses = checker(CAUSE, (cause) => `cause ${cause.id}`);
export const intactRuns = checker(RUN, (run) => `workflow run ${run.id}`);

function wrong(what: string, member: string): Unreadable {
  return new Unreadable(`${what} has no valid ${member}`);
}

/**
 * Whatever a read (or the opening) threw, as an error for a user. Its statements never change, so what is stored made
 * one fail.
 */
export function readError(error: unknown, path: string): unknown {
  const shown = toUserError(error, path);
  const failed = shown instanceof SqliteFailure && shown.code === Code.error;
  return failed ? unreadableError(path, shown) : shown;
}
