/** `heartbeat` and `leases`: who still runs what. */

import type { Beat, BeatReply, Lease } from "../../core/ports.ts";
import { save } from "./checkpoint.ts";
import type { JobRecord } from "./record.ts";
import type { State } from "./state.ts";

export function heartbeat(state: State, beats: readonly Beat[], leaseMs: number, now: number): BeatReply[] {
  return beats.map((beat) => {
    const { id, attempt, progress, process } = beat;
    const job = state.jobs.get(id);
    if (job?.status !== "running" || job.attempt !== attempt) return { id, state: "lost" };
    job.leaseUntil = now + leaseMs;
    if (process !== undefined) job.process = process;
    if (progress !== undefined) {
      job.progress = JSON.stringify(progress);
      state.changed = true;
    }
    save(job, beat, now);
    return { id, state: job.cancelRequested ? "cancel" : "held" };
  });
}

export function leases(
  state: State,
  { expiredBy = -Infinity, host }: { readonly expiredBy?: number; readonly host?: string },
): Lease[] {
  return [...state.running]
    .filter((job) => job.leaseUntil <= expiredBy || (host !== undefined && job.worker?.host === host))
    .sort((a, b) => a.id - b.id)
    .map(toLease);
}

function toLease(job: JobRecord): Lease {
  const { kind, name, queue, policy } = job.spec;
  const { id, attempt, failures, leaseUntil, worker, process } = job;
  // Only running jobs have leases, and those were started.
  const firstStartedAt = job.firstStartedAt!;
  return { id, attempt, failures, firstStartedAt, kind, name, queue, policy, leaseUntil, worker, process };
}
