/** `claim`: what is due becomes ready, what is too late fails, and the best of the rest is handed out. */

import type { Claim, ClaimedJob, ClaimRequest } from "../../core/ports.ts";
import { isFirst, type Lane, type Times } from "./lane.ts";
import { move } from "./move.ts";
import type { JobRecord } from "./record.ts";
import { endAll } from "./settle.ts";
import type { State } from "./state.ts";

export function claim(state: State, request: ClaimRequest, now: number): Claim {
  expire(state, now);
  for (const lane of state.lanes.values()) promote(state, lane, now);
  const next = request.workflow === undefined
    ? fromLanes(wantedLanes(state, request))
    : fromWorkflow(state, request);
  const jobs: ClaimedJob[] = [];
  while (jobs.length < request.limit) {
    const job = next.take();
    if (job === undefined) break;
    jobs.push(handOut(state, job, request, now));
  }
  const { at, retryAt } = next.times();
  return {
    jobs,
    nextAt: at === Infinity ? null : at,
    nextRetryAt: retryAt === Infinity ? null : retryAt,
  };
}

function expire(state: State, now: number): void {
  const expired = state.takeExpired(now);
  for (const job of expired) job.reason = "expired";
  endAll(state, expired.map((job) => [job, "failed"] as const), now);
}

function promote(state: State, lane: Lane, now: number): void {
  for (let job = lane.takeDue(now); job !== undefined; job = lane.takeDue(now)) move(state, job, "ready");
}

/** Jobs to hand out, best first, and when there will be more. */
interface Source {
  take(): JobRecord | undefined;
  times(): Times;
}

function wantedLanes(state: State, { queues, routes }: ClaimRequest): Lane[] {
  return [...state.lanes.values()].filter((lane) =>
    !state.paused.has(lane.queue) && routes.includes(lane.route) && (queues?.includes(lane.queue) ?? true)
  );
}

function fromLanes(lanes: readonly Lane[]): Source {
  return {
    take(): JobRecord | undefined {
      let best: JobRecord | undefined;
      for (const lane of lanes) {
        const job = lane.first();
        if (job !== undefined && (best === undefined || isFirst(job, best))) best = job;
      }
      return best;
    },
    times(): Times {
      const times = lanes.map((lane) => lane.next());
      return {
        at: Math.min(...times.map((next) => next.at)),
        retryAt: Math.min(...times.map((next) => next.retryAt)),
      };
    },
  };
}

/** A workflow is small beside a store, so its jobs are looked through one by one. */
function fromWorkflow(state: State, { workflow, queues, routes }: ClaimRequest): Source {
  const jobs = (state.workflows.get(workflow!)?.jobs ?? [])
    .map((id) => state.jobs.get(id))
    .filter((job) => job !== undefined)
    .filter((job) =>
      !state.paused.has(job.spec.queue) && routes.includes(job.route) &&
      (queues?.includes(job.spec.queue) ?? true)
    );
  const ready = jobs.filter((job) => job.status === "ready").sort((a, b) => isFirst(a, b) ? 1 : -1);
  const soonest = (from: readonly JobRecord[]): number => Math.min(...from.map((job) => job.dueAt));
  return {
    take: () => ready.pop(),
    times(): Times {
      const scheduled = jobs.filter((job) => job.status === "scheduled");
      return { at: soonest(scheduled), retryAt: soonest(scheduled.filter((job) => job.attempt > 0)) };
    },
  };
}

function handOut(state: State, job: JobRecord, request: ClaimRequest, now: number): ClaimedJob {
  const waitMs = Math.max(now - job.dueAt, 0);
  move(state, job, "running");
  job.attempt++;
  job.startedAt = now;
  job.firstStartedAt ??= now;
  job.startBy = null;
  job.leaseUntil = now + request.leaseMs;
  job.worker = request.worker;
  job.process = null;
  job.attempts.push({
    number: job.attempt,
    worker: request.worker.id,
    outcome: "running",
    startedAt: now,
    finishedAt: null,
    waitMs,
    wallMs: null,
    cpuMs: null,
    maxRssBytes: null,
    exitCode: null,
    signal: null,
    error: null,
    decision: null,
  });
  return toClaimed(job, now);
}

function toClaimed(job: JobRecord, now: number): ClaimedJob {
  const { kind, name, queue, priority, policy, step } = job.spec;
  return {
    ...{ kind, name, queue, priority, policy, step },
    id: job.id,
    attempt: job.attempt,
    failures: job.failures,
    payload: JSON.parse(job.payload),
    createdAt: job.createdAt,
    dueAt: job.dueAt,
    startedAt: now,
    firstStartedAt: job.firstStartedAt ?? now,
    workflow: job.workflow,
    hasParents: job.dependencies.length > 0,
    hasCheckpoint: job.checkpoint !== null,
  };
}
