/**
 * Tells damage from a program's mistake. SQLite notices a broken page, not a flipped bit within a value: what is
 * read back is checked before it leaves the store, so that a damaged file ends in a sentence instead of a crash.
 */

import { GigqError } from "../../core/errors.ts";
import type { Attempt, Job } from "../../core/job.ts";
import { toUserError, unreadable } from "./errors.ts";
import { Code, SqliteFailure } from "./driver.ts";

/** The last moment that a `Date` can tell. */
const LAST_TIME = 8.64e15;

type Check = (value: unknown) => boolean;

const text: Check = (value) => typeof value === "string";
const count: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const integer: Check = (value) => Number.isSafeInteger(value);
const number: Check = (value) => typeof value === "number";
const flag: Check = (value) => typeof value === "boolean";
const list: Check = (value) => Array.isArray(value);
const texts: Check = (value) => Array.isArray(value) && value.every(text);
const object: Check = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const time: Check = (value) => Number.isSafeInteger(value) && Math.abs(value as number) <= LAST_TIME;
const error: Check = (value) => object(value) && text((value as { message?: unknown }).message);
const anything: Check = () => true;
const maybe = (check: Check): Check => (value) => value === null || check(value);

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
  finishedAt: maybe(time),
  result: anything,
  error: maybe(error),
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
};

const JOB_CHECKS = Object.entries(JOB) as [keyof Job, Check][];
const ATTEMPT_CHECKS = Object.entries(ATTEMPT) as [keyof Attempt, Check][];

/** @throws {TypeError} When a job has a value that GigQ never writes, naming job and member */
export function intactJobs(jobs: readonly Job[]): readonly Job[] {
  for (const job of jobs) {
    for (const [name, check] of JOB_CHECKS) if (!check(job[name])) throw wrong(`job ${job.id}`, name);
  }
  return jobs;
}

/** @throws {TypeError} When an attempt has a value that GigQ never writes, naming attempt and member */
export function intactAttempts(attempts: readonly Attempt[]): readonly Attempt[] {
  for (const attempt of attempts) {
    for (const [name, check] of ATTEMPT_CHECKS) {
      if (!check(attempt[name])) throw wrong(`attempt ${attempt.number}`, name);
    }
  }
  return attempts;
}

function wrong(what: string, member: string): TypeError {
  return new TypeError(`${what} has no valid ${member}`);
}

/** Whatever a read threw, as an error for a user: reads are given nothing that can fail by itself. */
export function readError(error: unknown, path: string): unknown {
  const shown = toUserError(error, path);
  if (shown instanceof GigqError) return shown;
  if (shown instanceof SqliteFailure) return isDamage(shown) ? unreadable(path, shown) : shown;
  const known = shown instanceof SyntaxError || shown instanceof TypeError || shown instanceof RangeError;
  return known ? unreadable(path, shown) : shown;
}

/** SQLite reads constant statements here: only what is stored can make one fail. */
function isDamage({ code }: SqliteFailure): boolean {
  return code === Code.error;
}
