/** The server that a simulated store is on: away now and then, for everybody. */

import { UnavailableError } from "../../src/core/errors.ts";
import type { Clock } from "../../src/core/ports.ts";

export class Outages {
  #until = -Infinity;
  #down = false;

  constructor(private readonly clock: Clock) {}

  /** For so long nobody reaches the server: it refuses connections, or takes them and says nothing. */
  begin(ms: number, down: boolean): void {
    this.#until = this.clock.monotonic!() + ms;
    this.#down = down;
  }

  get isAway(): boolean {
    return this.clock.monotonic!() < this.#until;
  }

  /** Whether it is away and said so: nobody has to give up anything then. */
  get isDown(): boolean {
    return this.isAway && this.#down;
  }

  /** @throws {UnavailableError} While it is away */
  check(): void {
    if (!this.isAway) return;
    throw new UnavailableError(this.#down ? "Connection refused" : "No answer", { down: this.#down });
  }
}
