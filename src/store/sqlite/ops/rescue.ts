/** Takes jobs from owners that are gone. */

import type { JobId } from "../../../core/job.ts";
import type { Lease, ProcessInfo, Rescue, Usage } from "../../../core/ports.ts";
import { FIRST_STARTED } from "../../codes.ts";
import type { Connection } from "../connection.ts";
import { refuseUnlessOpen } from "../state.ts";
import { endAttempts, running } from "./end_attempts.ts";
import type { Ending } from "./ending.ts";
import { toEnding } from "./finish.ts";

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
export function leases(
  db: Connection,
  { expiredBy, host }: { readonly expiredBy?: number; readonly host?: string },
): readonly Lease[] {
  const rows = db.all<LeaseRow>(
    `
    SELECT s.id, s.attempt, s.failures, s.lease_until, s.worker, s.process, s.lane, ${FIRST_STARTED} AS first_started_at,
      j.policy, j.name
    FROM job_state s JOIN jobs j ON j.id = s.id
    WHERE s.status = 3 AND (
      s.lease_until <= ?1 OR s.worker IN (SELECT id FROM workers WHERE host = ?2)
    )
    ORDER BY s.id`,
    expiredBy ?? null,
    host ?? null,
  );
  return rows.map((row) => ({
    id: row.id,
    attempt: row.attempt,
    failures: row.failures,
    firstStartedAt: row.first_started_at,
    kind: db.lanes.get(row.lane).kind,
    name: row.name,
    queue: db.lanes.get(row.lane).queue,
    policy: db.policies.get(row.policy),
    leaseUntil: row.lease_until,
    worker: db.workers.get(row.worker),
    process: row.process === null ? null : JSON.parse(row.process) as ProcessInfo,
  }));
}

const UNKNOWN: Usage = { wallMs: null, cpuMs: null, maxRssBytes: null, exitCode: null, signal: null };

/** Rescues are void where the attempt or its lease is no longer what the rescuer saw. */
export function rescue(db: Connection, rescues: readonly Rescue[], now: number): readonly JobId[] {
  const held = running(db, rescues.map((item) => item.id));
  const endings = new Map<JobId, Ending>();
  for (const item of rescues) {
    const state = held.get(item.id);
    if (state?.attempt === item.attempt && state.lease_until === item.leaseUntil) {
      if (!endings.has(item.id)) {
        endings.set(item.id, toEnding({ outcome: item.outcome, usage: UNKNOWN }, state, now));
      }
    }
  }
  if (endings.size < rescues.length) refuseUnlessOpen(db, "use");
  endAttempts(db, [...endings.values()], now);
  return [...endings.keys()];
}
