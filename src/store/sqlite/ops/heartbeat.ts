/** Signs of life: leases, progress, processes, checkpoints. */

import type { Beat, BeatReply } from "../../../core/ports.ts";
import { ms } from "../../codes.ts";
import type { Connection } from "../connection.ts";
import { refuseUnlessOpen } from "../state.ts";
import { save } from "./checkpoints.ts";
import { running } from "./end_attempts.ts";

export function heartbeat(
  db: Connection,
  beats: readonly Beat[],
  leaseMs: number,
  now: number,
): readonly BeatReply[] {
  const held = running(db, beats.map((beat) => beat.id));
  const owned = beats.filter((beat) => held.get(beat.id)?.attempt === beat.attempt);
  if (owned.length < beats.length) refuseUnlessOpen(db, "use");
  if (owned.length > 0) {
    db.run(
      "UPDATE job_state SET lease_until = ?2 WHERE id IN (SELECT value FROM json_each(?1))",
      JSON.stringify(owned.map((beat) => beat.id)),
      ms(now + leaseMs),
    );
  }
  for (const beat of owned) {
    note(db, beat);
    save(db, beat, now);
  }
  return beats.map((beat): BeatReply => {
    const state = held.get(beat.id);
    if (state?.attempt !== beat.attempt) return { id: beat.id, state: "lost" };
    return { id: beat.id, state: state.cancel_requested ? "cancel" : "held" };
  });
}

function note(db: Connection, { id, progress, process }: Beat): void {
  if (progress !== undefined) {
    db.run("INSERT OR REPLACE INTO progress (id, body) VALUES (?, ?)", id, JSON.stringify(progress));
  }
  if (process !== undefined) {
    db.run("UPDATE job_state SET process = ? WHERE id = ?", JSON.stringify(process), id);
  }
}
