/** Letting what is under way go on as far as it gets without time passing. */

import { setImmediate } from "node:timers";

/** Enough for a chain of promises that passes through a store's group commit several times. */
const TURNS = 8;

/**
 * Lets the event loop turn, so that everything that waits for nothing but its turn goes on. What waits for a timer,
 * a process or the network may be anywhere afterwards: wait for its own signal instead.
 */
export async function settle(turns: number = TURNS): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
}
