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
  #ignored = 0;
  #snoozed = 0;

  finished(outcome: Outcome, accepted: boolean): void {
    if (!accepted) this.lost++;
    else this.#count(outcome);
  }

  #count(outcome: Outcome): void {
    switch (outcome.type) {
      case "completed":
        this.#completed++;
        break;
      case "cancelled":
        this.#cancelled++;
        break;
      case "released":
        this.#released++;
        break;
      case "ignored":
        this.#ignored++;
        break;
      case "snoozed":
        this.#snoozed++;
        break;
      case "failed":
        if (outcome.retryAt === null) this.#failed++;
        else this.#retried++;
    }
  }

  report(): EngineReport {
    return {
      started: this.started,
      completed: this.#completed,
      failed: this.#failed,
      retried: this.#retried,
      cancelled: this.#cancelled,
      released: this.#released,
      ignored: this.#ignored,
      snoozed: this.#snoozed,
      lost: this.lost,
      rescued: this.rescued,
    };
  }
}
