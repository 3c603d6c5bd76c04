/** Ending the runs that a later slot takes the place of. */

import type { JobId } from "../../core/job.ts";
import type { Clock, Store } from "../../core/ports.ts";
import type { Firing } from "../../core/schedule.ts";
import { steadyNow } from "../../core/steady.ts";
import { isFinal, STATUSES } from "../../core/transitions.ts";

/** A run that goes on is asked again so often: a request may be lost, and rules may have started further jobs. */
const AGAIN_MS = 5_000;
const OPEN = STATUSES.filter((status) => !isFinal(status));

/**
 * Asks each run once and then now and then. Whoever asked at every look would make every worker look again, since a
 * request is a change.
 */
export class Cancels {
  #asked = new Map<string, number>();

  constructor(private readonly store: Pick<Store, "list" | "cancel">, private readonly clock: Clock) {}

  /** Asks the jobs of firings to end. */
  async ask(firings: readonly Firing[]): Promise<void> {
    const now = steadyNow(this.clock);
    const wanted = firings.filter((firing) =>
      now - (this.#asked.get(keyOf(firing)) ?? -Infinity) >= AGAIN_MS
    );
    const ids = (await Promise.all(wanted.map((firing) => this.#jobs(firing)))).flat();
    if (ids.length > 0) await this.store.cancel(ids, this.clock.now());
    for (const [key, at] of this.#asked) if (now - at >= AGAIN_MS) this.#asked.delete(key);
    for (const firing of wanted) this.#asked.set(keyOf(firing), now);
  }

  async #jobs({ job, run }: Firing): Promise<readonly JobId[]> {
    if (run === null) return job === null ? [] : [job];
    return (await this.store.list({ workflow: run, statuses: OPEN })).map(({ id }) => id);
  }
}

function keyOf({ schedule, slot }: Firing): string {
  return `${schedule} ${slot}`;
}
