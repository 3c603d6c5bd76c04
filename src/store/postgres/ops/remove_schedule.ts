/** Deletes a schedule with its history. Its row is locked: whoever advances it has done so, or finds it gone. */

import type { Tx } from "../tx.ts";

/** @returns Whether there was one */
export async function removeSchedule(tx: Tx, id: number): Promise<boolean> {
  const [removed] = await Promise.all([
    tx.run("DELETE FROM gigq.schedules WHERE id = $1", id),
    tx.run("DELETE FROM gigq.firings WHERE schedule = $1", id),
  ]);
  return removed > 0;
}
