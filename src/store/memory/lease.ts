/** `heartbeat` and `leases`: who still runs what. */

import type { Beat, BeatReply, Lease } from "../../core/ports.ts";
import type { JobRecord } from "./record.ts";
import type { State } from "./state.ts";

export function heartbeat(state: State, beats: readonly Beat[], leaseMs: number, now: number): BeatReply[] {
  return beats.map(({ id, attempt, progress, process }) => {
    const job = state.jobs.get(id);
    if (job?.status !== "running" || job.attempt !== attempt) return { id, state: "lost" };
    job.leaseUntil = now + leaseMs;
    if (process !== undefined) job.process = process;
    if (progress !== undefined) {
      job.progress = JSON.stringify(progress);
      state.changed = true;
    }
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

function toLease({ id, attempt, failures, spec, leaseUntil, worker, process }: JobRecord): Lease {
  return { id, attempt, failures, policy: spec.policy, leaseUntil, worker, process };
}
