/** Counts what an engine did. */

import type { Outcome } from "../core/ports.ts";
import type { EngineReport } from "./options.ts";

export class Tally {
  started = 0;
  lost = 0;
  rescued = 0;
  #completed = 0;
  #failed = 0;
  #retried = 0;
  #cancelled = 0;
  #released = 0;

  finished(outcome: Outcome, accepted: boolean): void {
    if (!accepted) this.lost++;
    else if (outcome.type === "completed" || outcome.type === "ignored") this.#completed++;
    else if (outcome.type === "cancelled") this.#cancelled++;
    else if (outcome.type === "released") this.#released++;
    else if (outcome.type === "snoozed") this.#retried++;
    else if (outcome.retryAt === null) this.#failed++;
    else this.#retried++;
  }

  report(): EngineReport {
    return {
      started: this.started,
      completed: this.#completed,
      failed: this.#failed,
      retried: this.#retried,
      cancelled: this.#cancelled,
      released: this.#released,
      lost: this.lost,
      rescued: this.rescued,
    };
  }
}
