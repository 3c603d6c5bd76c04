/** What a schedule runs at a slot, as jobs. */

import { seededRandom } from "../seeded_random.ts";
import type { NewJob } from "../job.ts";
import { encodeJson, type JsonObject } from "../json.ts";
import type { NewWorkflow } from "../ports.ts";
import { bindFollowUps } from "../follow_up.ts";
import { bindRequest } from "../request_secrets.ts";
import type { Schedule } from "../schedule.ts";
import { resolveWorkflow, type StepJob } from "../workflow.ts";
import { fillParams, fillPayload, slotScope } from "./fill.ts";

/** Where the payload of a job says for which slot of which schedule it runs: see {@linkcode Scheduled}. */
export const SCHEDULED = "$scheduled";

/** For which slot of which schedule a job runs. */
export interface Scheduled {
  /** Name of the schedule. */
  readonly schedule: string;
  /** The slot, in milliseconds since the epoch. */
  readonly at: number;
}

/** What a slot stores. */
export interface ScheduledBatch {
  readonly jobs: readonly NewJob[];
  readonly workflow: NewWorkflow | null;
}

/** The slot that a job runs for; `null` for jobs that no schedule made. */
export function scheduledOf(payload: JsonObject): Scheduled | null {
  const value = payload[SCHEDULED];
  // Whoever submits a job may write what he likes there.
  if (typeof value !== "object" || value === null) return null;
  const { schedule, at } = value as JsonObject;
  return typeof schedule === "string" && typeof at === "number" ? { schedule, at } : null;
}

/**
 * The jobs of a slot. They start no sooner than the slot and their delay say, and what expires does so after it was fired:
 * a slot that is made up for late gets the whole time.
 *
 * @param now When it is fired
 * @throws {DataError} When an expression in it makes no sense, or what comes of it is more than a job can carry
 * @throws {UsageError} When the parameters are not what the workflow takes
 */
export function batchOf(
  { name, definition: { target, when, jitterMs } }: Pick<Schedule, "name" | "definition">,
  slot: number,
  now: number,
): ScheduledBatch {
  const scope = slotScope(name, slot, when.zone);
  const scheduled: Scheduled = { schedule: name, at: slot };
  const late = jitterOf(name, slot, jitterMs);
  const place = (job: NewJob): NewJob => {
    const payload = { ...job.payload, [SCHEDULED]: { ...scheduled } };
    encodeJson(payload, `What schedule "${name}" gives its job`);
    const delay = late + (job.runAt ?? 0);
    return {
      ...job,
      payload,
      runAt: delay === 0 ? null : slot + delay,
      expiresAt: job.expiresAt === null ? null : Math.max(now, slot + late) + job.expiresAt,
    };
  };
  if (target.type === "job") {
    return { jobs: [place(single(target.job, scope, name))], workflow: null };
  }
  const { jobs, name: title, params, maxFails = null } = resolveWorkflow(
    target.spec,
    fillParams(target.params, scope),
  );
  // No key: each slot is a run of its own, and `gigq run` must not take one for its own.
  return {
    jobs: jobs.map(place),
    workflow: { name: title, key: null, params, source: target.source, maxFails },
  };
}

function single(job: StepJob, scope: ReturnType<typeof slotScope>, name: string): NewJob {
  const payload = fillPayload(job.kind, job.payload, scope);
  const policy = bindFollowUps(job.policy, {});
  return bindRequest({ ...job, payload, policy, name: job.name ?? name, after: [], step: null });
}

/** How much later than its slot a run begins: the same wherever it is asked, spread over schedules and slots. */
export function jitterOf(name: string, slot: number, jitterMs: number): number {
  if (jitterMs === 0) return 0;
  let hash = 0x811c9dc5;
  for (const letter of `${name}@${slot}`) hash = Math.imul(hash ^ letter.codePointAt(0)!, 0x01000193);
  return Math.floor(seededRandom(hash >>> 0)() * jitterMs);
}
