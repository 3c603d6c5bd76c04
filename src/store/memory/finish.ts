/** `finish` and `rescue`: the two ways an attempt ends. */

import type { AttemptOutcome, JobId, Status } from "../../core/job.ts";
import type { Finish, Finished, Outcome, Rescue, Usage } from "../../core/ports.ts";
import { endAll, makeReady } from "./move.ts";
import type { JobRecord } from "./record.ts";
import type { State } from "./state.ts";

const NO_USAGE: Usage = { wallMs: null, cpuMs: null, maxRssBytes: null, exitCode: null, signal: null };

export function finish(state: State, finishes: readonly Finish[], now: number): Finished[] {
  const answers = finishes.map(({ id, attempt, outcome, usage }) => {
    const job = state.jobs.get(id);
    const accepted = job?.status === "running" && job.attempt === attempt;
    if (accepted) endAttempt(state, job, outcome, usage, now);
    return { id, accepted };
  });
  // Asked for last: what a batch ends may change the status of a job that it was refused for.
  return answers.map((answer) => ({ ...answer, status: state.jobs.get(answer.id)?.status ?? null }));
}

export function rescue(state: State, rescues: readonly Rescue[], now: number): JobId[] {
  const taken: JobId[] = [];
  for (const { id, attempt, leaseUntil, retryAt } of rescues) {
    const job = state.jobs.get(id);
    if (job?.status !== "running" || job.attempt !== attempt || job.leaseUntil !== leaseUntil) continue;
    endAttempt(state, job, { type: "failed", reason: "lost", error: null, retryAt }, NO_USAGE, now);
    taken.push(id);
  }
  return taken;
}

function endAttempt(state: State, job: JobRecord, told: Outcome, usage: Usage, now: number): void {
  const outcome = heard(job, told);
  const error = "error" in outcome ? outcome.error : null;
  Object.assign(job.attempts.at(-1)!, usage, { outcome: nameOf(outcome), finishedAt: now, error });
  job.process = null;
  if (error !== null) job.error = error;
  switch (outcome.type) {
    case "completed":
      job.result = JSON.stringify(outcome.result);
      return end(state, job, "completed", now);
    case "cancelled":
      return end(state, job, "cancelled", now);
    case "released":
      return makeReady(state, job, now, now);
    case "failed":
      job.failures++;
      job.error = error;
      if (outcome.retryAt !== null) return makeReady(state, job, outcome.retryAt, now);
      job.reason = outcome.reason;
      return end(state, job, "failed", now);
  }
}

/** Whoever was asked to stop and did not complete, stopped. */
function heard(job: JobRecord, outcome: Outcome): Outcome {
  if (!job.cancelRequested || outcome.type === "completed") return outcome;
  return { type: "cancelled", error: "error" in outcome ? outcome.error : null };
}

function nameOf(outcome: Outcome): AttemptOutcome {
  return outcome.type === "failed" ? outcome.reason : outcome.type;
}

function end(state: State, job: JobRecord, status: Status, now: number): void {
  endAll(state, [[job, status]], now);
}
