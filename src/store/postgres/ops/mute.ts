/** Mutes causes. */

import { ms } from "../../codes.ts";
import type { Tx } from "../tx.ts";

/** How an end that never comes is written. */
export const FOR_EVER = -1;

/** By rising id, each once. */
export async function mute(tx: Tx, ids: readonly number[], until: number | null): Promise<readonly number[]> {
  const rows = await tx.all<{ id: number }>(
    "UPDATE gigq.causes SET muted_until = $2::bigint WHERE id = ANY($1::bigint[]) RETURNING id",
    ids,
    until === null ? null : until === Infinity ? FOR_EVER : ms(until),
  );
  return rows.map((row) => row.id).sort((a, b) => a - b);
}
