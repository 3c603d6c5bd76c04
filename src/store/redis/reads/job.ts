/** A job as it is stored, and as people see it. */

import type { Dependency, FailReason, Job, JobError, Rule } from "../../../core/job.ts";
import type { Json, JsonObject } from "../../../core/json.ts";
import { STATUSES } from "../../../core/transitions.ts";
import { JOB } from "../keys.ts";
import type { Redis } from "../script.ts";
import { lookUp, type Lookups } from "./lookups.ts";

/** Id, fields with their values, `[payload, result, error, progress]`, canaries. */
export type JobReply = readonly [
  string,
  readonly string[],
  readonly [string, string | null, string | null, string | null],
  readonly string[],
];

/** The fields of a stored job, by their letters. */
export type Fields = ReadonlyMap<string, string>;

const RULES: Readonly<Record<string, Rule>> = { s: "success", f: "failure", x: "finished" };

/** Pairs of a field and its value. */
export function toFields(flat: readonly string[]): Fields {
  const fields = new Map<string, string>();
  for (let i = 0; i < flat.length; i += 2) fields.set(flat[i]!, flat[i + 1]!);
  return fields;
}

/** As {@linkcode Store.list} gives them. */
export async function toJobs(redis: Redis, replies: readonly JobReply[]): Promise<readonly Job[]> {
  const read = replies.map((reply) => [reply, toFields(reply[1])] as const);
  const lookups = await lookUp(redis, read.map(([, fields]) => fields));
  return read.map(([reply, fields]) => toJob(reply, fields, lookups));
}

/** A number, or `null` where it is not there. */
export function numberOf(fields: Fields, field: string): number | null {
  const text = fields.get(field);
  return text === undefined ? null : Number(text);
}

/** A value, or `null` where it is not there. */
export function parse(text: string | null): Json {
  return text === null ? null : JSON.parse(text) as Json;
}

/** Such as `12s 13f`. */
export function toDependencies(text: string | undefined): readonly Dependency[] {
  if (text === undefined || text === "") return [];
  return text.split(" ").map((edge) => ({ id: Number(edge.slice(0, -1)), on: ruleOf(edge.slice(-1)) }));
}

export function ruleOf(letter: string): Rule {
  return RULES[letter]!;
}

function toJob(
  [id, , [payload, result, error, progress], canaries]: JobReply,
  fields: Fields,
  lookups: Lookups,
): Job {
  const { queue, kind } = lookups.lanes.get(fields.get(JOB.lane)!)!;
  const policy = lookups.policies.get(fields.get(JOB.policy)!)!;
  const tags = fields.get(JOB.tags);
  return {
    id: Number(id),
    name: fields.get(JOB.name) ?? null,
    ...{ queue, kind },
    status: STATUSES[Number(fields.get(JOB.status))]!,
    reason: (fields.get(JOB.reason) ?? null) as FailReason | null,
    priority: Number(fields.get(JOB.priority)),
    tags: tags === undefined ? [] : JSON.parse(tags) as string[],
    attempt: numberOf(fields, JOB.attempt) ?? 0,
    failures: numberOf(fields, JOB.failures) ?? 0,
    maxAttempts: policy.maxAttempts,
    payload: JSON.parse(payload) as JsonObject,
    policy,
    createdAt: Number(fields.get(JOB.createdAt)),
    dueAt: Number(fields.get(JOB.dueAt)),
    expiresAt: numberOf(fields, JOB.expiresAt),
    startedAt: numberOf(fields, JOB.startedAt),
    firstStartedAt: numberOf(fields, JOB.firstStartedAt),
    finishedAt: numberOf(fields, JOB.finishedAt),
    result: parse(result),
    error: parse(error) as JobError | null,
    cause: numberOf(fields, JOB.cause),
    dead: fields.get(JOB.dead) === "1",
    canaries: canaries.map(Number).sort((a, b) => a - b),
    progress: parse(progress),
    dependencies: toDependencies(fields.get(JOB.dependencies)),
    waitingOn: numberOf(fields, JOB.waitingOn) ?? 0,
    workflow: numberOf(fields, JOB.workflow),
    step: fields.get(JOB.step) ?? null,
    worker: fields.get(JOB.worker) ?? null,
    uniqueKey: fields.get(JOB.uniqueKey) ?? null,
    cancelRequested: fields.get(JOB.cancelRequested) === "1",
  };
}
