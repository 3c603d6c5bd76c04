/** Jobs as another store had them, as a script takes them. */

import { type Attempt, type AttemptOutcome, type Job, routeOf } from "../../../core/job.ts";
import type { JobRecord } from "../../../core/ports.ts";
import { STATUSES } from "../../../core/transitions.ts";
import { JOB } from "../keys.ts";
import { RULES, scopeCode } from "../ops/frame.ts";
import { ms, safeJson, wellFormed } from "../ops/text.ts";

/** All but what users wrote as JSON. */
export interface JobControl {
  readonly id: string;
  readonly lane: {
    readonly lane: string;
    readonly queue: string;
    readonly route: string;
    readonly kind: string;
  };
  readonly policy: string;
  readonly fields: readonly string[];
  readonly canaries: readonly string[];
  readonly tags: readonly string[];
  readonly holdsKey: boolean;
  /** Names and values of the fields of `:saved`. */
  readonly saved: readonly string[];
}

/** Payload, result, error, progress, attempts; `` for none. */
export function jobArguments({ job, attempts }: JobRecord): readonly string[] {
  const texts = [job.result, job.error, job.progress].map((value) =>
    value === null ? "" : JSON.stringify(value)
  );
  return [JSON.stringify(job.payload), ...texts, attempts.map(toLine).join("")];
}

export function toJobControl(
  { job, runAt, unique, holdsKey, startBy, attempts, checkpoint }: JobRecord,
): JobControl {
  const queue = wellFormed(job.queue);
  const route = wellFormed(routeOf(job));
  const kind = wellFormed(job.kind);
  const isHeld = job.status === "blocked" && job.canaries.length > 0;
  return {
    id: String(job.id),
    lane: { lane: safeJson([queue, route, kind]), queue, route, kind },
    policy: JSON.stringify(job.policy),
    fields: flat({
      ...stateOf(job),
      [JOB.runAt]: time(runAt),
      [JOB.startBy]: time(startBy),
      [JOB.uniqueKey]: text(unique?.key ?? null),
      [JOB.uniqueScope]: unique === null ? undefined : scopeCode(unique.scope),
      [JOB.saved]: checkpoint === null ? undefined : "1",
      [JOB.heldReason]: isHeld ? reasonBefore(attempts) : undefined,
    }),
    canaries: job.canaries.map(String),
    tags: job.tags.map(wellFormed),
    holdsKey,
    saved: checkpoint === null ? [] : [
      ...[
        "value",
        JSON.stringify(checkpoint.value),
        "attempt",
        String(checkpoint.attempt),
        "at",
        ms(checkpoint.at),
      ],
      ...Object.entries(checkpoint.steps).flatMap((
        [key, value],
      ) => [`s:${wellFormed(key)}`, JSON.stringify(value)]),
    ],
  };
}

type Values = Readonly<Record<string, string | undefined>>;

/** One that was running is ready again. */
function stateOf(job: Job): Values {
  const status = job.status === "running" ? "ready" : job.status;
  const isAsked = job.cancelRequested && job.status !== "running";
  return {
    [JOB.status]: String(STATUSES.indexOf(status)),
    [JOB.priority]: String(job.priority),
    [JOB.createdAt]: ms(job.createdAt),
    [JOB.dueAt]: ms(job.dueAt),
    [JOB.attempt]: count(job.attempt),
    [JOB.failures]: count(job.failures),
    [JOB.waitingOn]: count(job.waitingOn),
    [JOB.startedAt]: time(job.startedAt),
    [JOB.firstStartedAt]: time(job.firstStartedAt),
    [JOB.finishedAt]: time(job.finishedAt),
    [JOB.reason]: job.reason ?? undefined,
    [JOB.worker]: text(job.worker),
    [JOB.cause]: job.cause === null ? undefined : String(job.cause),
    [JOB.dead]: job.dead ? "1" : undefined,
    [JOB.cancelRequested]: isAsked ? "1" : undefined,
    [JOB.workflow]: job.workflow === null ? undefined : String(job.workflow),
    [JOB.step]: text(job.step),
    [JOB.name]: text(job.name),
    [JOB.tags]: job.tags.length === 0 ? undefined : safeJson(job.tags),
    [JOB.expiresAt]: time(job.expiresAt),
    [JOB.dependencies]: job.dependencies.length === 0
      ? undefined
      : job.dependencies.map(({ id, on }) => `${id}${RULES[on]}`).join(" "),
  };
}

const NO_REASON: ReadonlySet<AttemptOutcome> = new Set([
  "completed",
  "ignored",
  "cancelled",
  "released",
  "snoozed",
]);

/** Why a job had failed that waits for canaries now: without an attempt, it was not started in time. */
function reasonBefore(attempts: readonly Attempt[]): string {
  const last = attempts.at(-1)?.outcome;
  if (last === undefined) return "expired";
  return NO_REASON.has(last) ? "error" : last;
}

/** See `AttemptRecord`. */
function toLine(attempt: Attempt): string {
  const { number, worker, outcome, startedAt, finishedAt, waitMs, wallMs, cpuMs, maxRssBytes, exitCode } =
    attempt;
  const values = [
    ...[number, worker, outcome, startedAt, finishedAt, waitMs, wallMs, cpuMs, maxRssBytes, exitCode],
    ...[attempt.signal, attempt.error, attempt.decision],
  ];
  while (values.at(-1) === null) values.pop();
  return `${JSON.stringify(values)}\n`;
}

function flat(values: Values): readonly string[] {
  return Object.entries(values).flatMap(([name, value]) => value === undefined ? [] : [name, value]);
}

function time(at: number | null): string | undefined {
  return at === null ? undefined : ms(at);
}

function count(number: number): string | undefined {
  return number === 0 ? undefined : String(number);
}

function text(value: string | null): string | undefined {
  return value === null ? undefined : wellFormed(value);
}
