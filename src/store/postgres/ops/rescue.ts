/** Takes jobs from owners that are gone. */

import type { JobId } from "../../../core/job.ts";
import type { Lease, ProcessInfo, Rescue, Usage } from "../../../core/ports.ts";
import { FIRST_STARTED, ms } from "../../codes.ts";
import type { Tx } from "../tx.ts";
import { endAttempts, lockRunning } from "./end_attempts.ts";
import type { Ending } from "./ending.ts";
import { toEnding } from "./outcome.ts";

interface LeaseRow {
  readonly id: JobId;
  readonly attempt: number;
  readonly failures: number;
  readonly policy: number;
  readonly lane: number;
  readonly name: string | null;
  readonly first_started_at: number;
  readonly lease_until: number;
  readonly worker: number | null;
  readonly process: string | null;
}

/** Running attempts by the end of their lease, by host, or by either. */
export async function leases(
  tx: Tx,
  { expiredBy, host }: { readonly expiredBy?: number; readonly host?: string },
): Promise<readonly Lease[]> {
  const rows = await tx.all<LeaseRow>(
    `
    SELECT s.id, s.attempt, s.failures, s.lease_until, s.worker, s.process, s.lane, ${FIRST_STARTED} AS first_started_at,
      j.policy, j.name
    FROM gigq.job_state s JOIN gigq.jobs j ON j.id = s.id
    WHERE s.status = 3 AND (
      s.lease_until <= $1::bigint OR s.worker IN (SELECT id FROM gigq.workers WHERE host = $2)
    )
    ORDER BY s.id`,
    expiredBy === undefined ? null : Math.min(ms(expiredBy), Number.MAX_SAFE_INTEGER),
    host ?? null,
  );
  await Promise.all([
    tx.lanes.load(tx, rows.map((row) => row.lane)),
    tx.policies.load(tx, rows.map((row) => row.policy)),
    tx.workers.load(tx, rows.map((row) => row.worker)),
  ]);
  return rows.map((row) => ({
    id: row.id,
    attempt: row.attempt,
    failures: row.failures,
    firstStartedAt: row.first_started_at,
    kind: tx.lanes.get(row.lane).kind,
    name: row.name,
    queue: tx.lanes.get(row.lane).queue,
    policy: tx.policies.get(row.policy),
    leaseUntil: row.lease_until,
    worker: tx.workers.get(row.worker),
    process: row.process === null ? null : JSON.parse(row.process) as ProcessInfo,
  }));
}

const UNKNOWN: Usage = { wallMs: null, cpuMs: null, maxRssBytes: null, exitCode: null, signal: null };

/** Rescues are void where the attempt or its lease is no longer what the rescuer saw. */
export async function rescue(tx: Tx, rescues: readonly Rescue[], now: number): Promise<readonly JobId[]> {
  const held = await lockRunning(tx, rescues.map((item) => item.id));
  const endings = new Map<JobId, Ending>();
  for (const { id, attempt, leaseUntil, outcome } of rescues) {
    const state = held.get(id);
    if (state?.attempt !== attempt || state.lease_until !== leaseUntil || endings.has(id)) continue;
    endings.set(id, toEnding({ outcome, usage: UNKNOWN }, state, now));
  }
  await endAttempts(tx, [...endings.values()], now);
  return [...endings.keys()];
}
