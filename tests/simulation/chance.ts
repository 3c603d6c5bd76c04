/** Chance that can be had again: everything random in a simulation comes from its seed. */

/** A stream of random numbers (Mulberry32). */
export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** In [0, 1). */
  readonly next = (): number => {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };

  /** A stream of its own, so that what one part draws does not change what another gets. */
  fork(): Chance {
    return new Chance(Math.floor(this.next() * 2 ** 32));
  }

  /** A whole number from `min` to `max`. */
  int(min: number, max: number): number {
    return min + Math.floor(this.next() * (max - min + 1));
  }

  /** True so many times out of one. */
  happens(probability: number): boolean {
    return this.next() < probability;
  }

  /** One of these. */
  pick<T>(from: readonly T[]): T {
    return from[Math.floor(this.next() * from.length)]!;
  }

  /** A time until something that happens every `meanMs` on average. */
  until(meanMs: number): number {
    return Math.ceil(-Math.log(1 - this.next()) * meanMs);
  }

  /** From `min` to `max`, short ones as often as long ones ten times as long. */
  spread(min: number, max: number): number {
    return Math.round(min * (max / min) ** this.next());
  }
}
