/** Time that passes, whatever the clock on the wall is set to. */

import type { Clock } from "./ports.ts";

/**
 * The steady reading of a clock, in milliseconds: only differences mean something. A clock without one is believed
 * to be set by nobody.
 */
export function steadyNow(clock: Clock): number {
  return clock.monotonic?.() ?? clock.now();
}
