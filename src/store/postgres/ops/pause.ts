/** Stops handing out jobs of a queue, and goes on. */

import type { Tx } from "../tx.ts";

export async function pause(tx: Tx, queue: string, paused: boolean): Promise<void> {
  await tx.run(
    `
    INSERT INTO gigq.queues (name, paused) VALUES ($1, $2)
    ON CONFLICT (name) DO UPDATE SET paused = excluded.paused`,
    queue,
    paused,
  );
}
