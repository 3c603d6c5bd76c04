/** Signs of life: leases, progress, processes, checkpoints. */

import type { JobId } from "../../../core/job.ts";
import type { Beat, BeatReply } from "../../../core/ports.ts";
import { ms } from "../../codes.ts";
import type { Tx } from "../tx.ts";
import { save } from "./checkpoints.ts";
import { sparse } from "./sparse.ts";

interface Held {
  readonly id: JobId;
  readonly attempt: number;
  readonly cancel_requested: boolean;
}

/** Rows are locked in the order of their ids. No index tells of what changes here, so that rows are changed in place. */
export const BEAT_SQL = `
  WITH told AS MATERIALIZED (
    SELECT * FROM unnest($2::bigint[], $3::int[], $4::text[], $5::text[]) AS n (id, attempt, progress, process)
  ), held AS MATERIALIZED (
    SELECT t.* FROM told t JOIN gigq.job_state s ON s.id = t.id AND s.attempt = t.attempt
    WHERE s.status = 3 ORDER BY t.id FOR NO KEY UPDATE OF s
  )
  UPDATE gigq.job_state s SET
    lease_until = $1, progress = coalesce(h.progress, s.progress), process = coalesce(h.process, s.process)
  FROM held h WHERE s.id = h.id
  RETURNING s.id, s.attempt, s.cancel_requested`;

export async function heartbeat(
  tx: Tx,
  beats: readonly Beat[],
  leaseMs: number,
  now: number,
): Promise<readonly BeatReply[]> {
  const told = together(beats);
  const rows = await tx.all<Held>(
    BEAT_SQL,
    ms(now + leaseMs),
    told.map((beat) => beat.id),
    told.map((beat) => beat.attempt),
    sparse(told.map(({ progress }) => progress === undefined ? null : JSON.stringify(progress))),
    sparse(told.map(({ process }) => process === undefined ? null : JSON.stringify(process))),
  );
  const held = new Map(rows.map((row) => [row.id, row]));
  await save(tx, told.filter(({ id, attempt }) => held.get(id)?.attempt === attempt), now);
  return beats.map(({ id, attempt }): BeatReply => {
    const state = held.get(id);
    if (state?.attempt !== attempt) return { id, state: "lost" };
    return { id, state: state.cancel_requested ? "cancel" : "held" };
  });
}

/** Several beats of one attempt as one: what came later counts. */
function together(beats: readonly Beat[]): readonly Beat[] {
  const merged = new Map<string, Beat>();
  for (const beat of beats) {
    const key = `${beat.id} ${beat.attempt}`;
    const before = merged.get(key);
    merged.set(key, before === undefined ? beat : merge(before, beat));
  }
  return [...merged.values()];
}

function merge(a: Beat, b: Beat): Beat {
  const steps = a.steps === undefined && b.steps === undefined ? {} : { steps: { ...a.steps, ...b.steps } };
  const told = Object.fromEntries(Object.entries(b).filter(([, value]) => value !== undefined));
  return { ...a, ...told, ...steps };
}
