/** The time of a server, as this process reckons it between two looks. */

const SAMPLES = 3;
const RESAMPLE_MS = 60_000;

/**
 * Follows the clock of a server, so that machines whose own clocks differ agree: each counts from the last look with a
 * clock that nobody sets. Wrong by at most half of a round trip, and by what the server's clock was set since the look.
 */
export class ServerClock {
  readonly #ask: () => Promise<number>;
  readonly #steady: () => number;
  /** Time of the server minus that of the steady clock. */
  #offset = 0;
  #sampledAt = -Infinity;
  #sampling: Promise<void> | null = null;

  /**
   * @param ask The server's time now, in milliseconds since the epoch
   * @param steady Milliseconds by a clock that only goes forward
   */
  constructor(ask: () => Promise<number>, steady: () => number = () => performance.now()) {
    this.#ask = ask;
    this.#steady = steady;
  }

  /** Milliseconds since the epoch, whole. Looks at the server once a minute, beside the call. */
  now(): number {
    const steady = this.#steady();
    if (steady - this.#sampledAt >= RESAMPLE_MS) void this.sample().catch(() => {});
    return Math.round(steady + this.#offset);
  }

  /** Looks at the server: the look with the shortest round trip counts. Calls at the same time share one. */
  sample(): Promise<void> {
    return this.#sampling ??= this.#sample().finally(() => this.#sampling = null);
  }

  async #sample(): Promise<void> {
    let shortest = Infinity;
    let offset = this.#offset;
    for (let i = 0; i < SAMPLES; i++) {
      const before = this.#steady();
      const there = await this.#ask();
      const roundTrip = this.#steady() - before;
      if (roundTrip < shortest) {
        shortest = roundTrip;
        offset = there - (before + roundTrip / 2);
      }
    }
    this.#offset = offset;
    this.#sampledAt = this.#steady();
  }
}
