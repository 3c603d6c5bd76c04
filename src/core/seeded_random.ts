/** Chance that can be repeated. */

import type { Random } from "./ports.ts";

/**
 * `mulberry32` by Tommy Ettinger, as bryc wrote it in JavaScript (https://github.com/bryc/code/blob/master/jshash/PRNGs.md,
 * public domain): equal seeds give equal numbers.
 */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
