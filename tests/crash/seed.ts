/** Chance that can be repeated: every crash test prints its seed, and `GIGQ_SEED` gives one. */

export interface Chance {
  readonly seed: number;
  /** A number in [0, 1). */
  next(): number;
  /** A whole number in [0, limit). */
  below(limit: number): number;
  /** One of the items. */
  pick<T>(items: readonly T[]): T;
}

/** Makes the chance of one test, and says by which seed it can be repeated. */
export function seeded(test: string): Chance {
  const given = Deno.env.get("GIGQ_SEED");
  const seed = given === undefined ? crypto.getRandomValues(new Uint32Array(1))[0]! : Number(given);
  if (!Number.isInteger(seed)) throw new Error(`GIGQ_SEED is "${given}", not a whole number`);
  console.log(`${test}: GIGQ_SEED=${seed}`);
  return chanceOf(seed);
}

/** The generator alone: mulberry32. */
export function chanceOf(seed: number): Chance {
  let state = seed | 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return { seed, next, below, pick: (items) => items[below(items.length)]! };
}
