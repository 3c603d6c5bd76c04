/** Causes: what failures have in common. */

import type { Cause, JobError } from "../../core/job.ts";
import type { JobRecord } from "./record.ts";
import type { State } from "./state.ts";

/** Counts the end of an attempt for the cause of its error; returns the id of that, if it has one. */
export function noteCause(state: State, job: JobRecord, error: JobError | null, now: number): number | null {
  if (error?.fingerprint === undefined) return null;
  const { fingerprint, message } = error;
  const latest = { class: error.class, message, lastAt: now, job: job.id, attempt: job.attempt };
  const known = state.causes.get(fingerprint);
  if (known !== undefined) {
    Object.assign(known, latest, { count: known.count + 1 });
    return known.id;
  }
  const id = ++state.lastCause;
  state.causes.set(fingerprint, { id, fingerprint, ...latest, count: 1, firstAt: now, mutedUntil: null });
  return id;
}

export interface CauseFilter {
  readonly ids?: readonly number[];
  readonly fingerprint?: string;
  readonly since?: number;
  readonly limit?: number;
}

/** The one seen last first. */
export function causes(state: State, { ids, fingerprint, since, limit = Infinity }: CauseFilter): Cause[] {
  const found = [...state.causes.values()].filter((cause) =>
    (ids?.includes(cause.id) ?? true) && (fingerprint === undefined || cause.fingerprint === fingerprint) &&
    (since === undefined || cause.lastAt >= since)
  );
  const failed = countFailed(state);
  return found.sort((a, b) => b.lastAt - a.lastAt || b.id - a.id)
    .slice(0, Math.min(limit, found.length))
    .map((cause) => ({ ...cause, failed: failed.get(cause.id) ?? 0 }));
}

/** Jobs that stand failed, by their cause. */
function countFailed(state: State): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const { status, cause } of state.jobs.values()) {
    if (status === "failed" && cause !== null) counts.set(cause, (counts.get(cause) ?? 0) + 1);
  }
  return counts;
}

export function mute(state: State, ids: readonly number[], until: number | null): number[] {
  const known = [...state.causes.values()].filter((cause) => ids.includes(cause.id));
  for (const cause of known) cause.mutedUntil = until;
  state.changed ||= known.length > 0;
  return known.map((cause) => cause.id);
}
