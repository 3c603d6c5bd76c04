/** `finish` and `rescue`: the two ways an attempt ends. */

import type { AttemptOutcome, JobId, Status } from "../../core/job.ts";
import type { Finish, Finished, Outcome, Rescue, Usage } from "../../core/ports.ts";
import { noteCause } from "./cause.ts";
import { enqueue } from "./enqueue.ts";
import { makeReady } from "./move.ts";
import type { JobRecord } from "./record.ts";
import { endAll } from "./settle.ts";
import type { State } from "./state.ts";

const NO_USAGE: Usage = { wallMs: null, cpuMs: null, maxRssBytes: null, exitCode: null, signal: null };

/** What an attempt came to; jobs that end do so together, once all of a batch were looked at. */
interface Ending {
  readonly job: JobRecord;
  readonly outcome: Outcome;
  /** `null` when the job runs again. */
  readonly status: Status | null;
}

export function finish(state: State, finishes: readonly Finish[], now: number): Finished[] {
  const endings = new Map<JobId, Ending>();
  const answers = finishes.map(({ id, attempt, outcome, usage }) => {
    const job = state.jobs.get(id);
    const accepted = job?.status === "running" && job.attempt === attempt && !endings.has(id);
    if (accepted) endings.set(id, endAttempt(state, job, outcome, usage, now));
    return { id, accepted };
  });
  endJobs(state, [...endings.values()], now);
  // Asked for last: what a batch ends may change the status of a job that it was refused for.
  return answers.map((answer) => ({ ...answer, status: state.jobs.get(answer.id)?.status ?? null }));
}

export function rescue(state: State, rescues: readonly Rescue[], now: number): JobId[] {
  const endings = new Map<JobId, Ending>();
  for (const { id, attempt, leaseUntil, outcome } of rescues) {
    const job = state.jobs.get(id);
    if (job?.status !== "running" || job.attempt !== attempt || job.leaseUntil !== leaseUntil) continue;
    if (!endings.has(id)) endings.set(id, endAttempt(state, job, outcome, NO_USAGE, now));
  }
  endJobs(state, [...endings.values()], now);
  return [...endings.keys()];
}

function endJobs(state: State, endings: readonly Ending[], now: number): void {
  const ends = endings.flatMap(({ job, status }) => status === null ? [] : [[job, status] as const]);
  endAll(state, ends, now);
  for (const { job: { id, workflow }, outcome } of endings) {
    if (outcome.type !== "failed" || outcome.follow === undefined) continue;
    const jobs = outcome.follow.map((job) => ({ ...job, after: [{ id, on: "finished" as const }] }));
    enqueue(state, { jobs, ...(workflow === null ? {} : { workflow }) }, now);
  }
}

function endAttempt(state: State, job: JobRecord, told: Outcome, usage: Usage, now: number): Ending {
  const outcome = heard(job, told);
  const error = "error" in outcome ? outcome.error : null;
  const decision = "decision" in outcome ? outcome.decision ?? null : null;
  Object.assign(job.attempts.at(-1)!, usage, {
    outcome: nameOf(outcome),
    finishedAt: now,
    error,
    decision,
  });
  job.process = null;
  // A failure is the latest one, though it may not say what it was.
  if (error !== null || isFailure(outcome)) {
    job.error = error;
    job.cause = noteCause(state, job, error, now);
  }
  return { job, outcome, status: become(state, job, outcome, now) };
}

function isFailure({ type }: Outcome): boolean {
  return type === "failed" || type === "ignored" || type === "snoozed";
}

/** The status with which the job ends; one that runs again is moved at once. */
function become(state: State, job: JobRecord, outcome: Outcome, now: number): Status | null {
  switch (outcome.type) {
    case "completed":
      job.result = JSON.stringify(outcome.result);
      return "completed";
    case "ignored":
      return "completed";
    case "cancelled":
      return "cancelled";
    case "released":
      makeReady(state, job, now, now);
      return null;
    case "snoozed":
      if (outcome.pauseQueue) state.paused.add(job.spec.queue);
      makeReady(state, job, outcome.runAt, now);
      return null;
    case "failed":
      job.failures++;
      if (outcome.retryAt !== null) {
        makeReady(state, job, outcome.retryAt, now);
        return null;
      }
      job.reason = outcome.reason;
      job.dead = outcome.dead ?? false;
      return "failed";
  }
}

/** Whoever was asked to stop and did not complete, stopped. */
function heard(job: JobRecord, outcome: Outcome): Outcome {
  const completes = outcome.type === "completed" || outcome.type === "ignored";
  if (!job.cancelRequested || completes) return outcome;
  return { type: "cancelled", error: "error" in outcome ? outcome.error : null };
}

function nameOf(outcome: Outcome): AttemptOutcome {
  return outcome.type === "failed" ? outcome.reason : outcome.type;
}
