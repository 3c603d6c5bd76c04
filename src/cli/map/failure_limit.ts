/** `--max-fails` of a map: stops feeding when too many items have failed, and lets what runs end. */

import { formatMaxFails, isHalting } from "../../core/max_fails.ts";
import type { MaxFails } from "../../core/ports.ts";
import { PENDING } from "../../core/transitions.ts";
import type { JobQueue } from "../../library/queue.ts";
import type { Feed } from "./feed.ts";
import type { Window } from "./window.ts";

/** Items that must have been read before a share of them means anything, unless there are no more. */
const JUDGED = 1_000;

/** Watches over the failures of one map. */
export class FailureLimit {
  /** Whether too many have failed. */
  halted = false;
  /** Called when what waits could not be cancelled. */
  onError: (error: unknown) => void = () => {};
  #complete = false;

  constructor(
    readonly maxFails: MaxFails | null,
    readonly parts: { readonly queue: JobQueue; readonly window: Window; readonly feed: Feed },
  ) {}

  /** All items were read: from now on a share is one of all. */
  complete(): void {
    if (this.halted) return; // what was left of the input was never looked at
    this.#complete = true;
    this.check();
  }

  /** Halts the map when too many of its items have failed. */
  check(): void {
    const { window, feed } = this.parts;
    if (this.halted || this.maxFails === null || !this.#canJudge(this.maxFails)) return;
    if (!isHalting(this.maxFails, window.failed, Math.max(feed.count, window.failed))) return;
    this.halted = true;
    this.#halt().catch((error) => this.onError(error));
  }

  #canJudge(maxFails: MaxFails): boolean {
    return "count" in maxFails || this.#complete || this.parts.feed.count >= JUDGED;
  }

  /** What has not begun is cancelled, and nothing is printed for it. */
  async #halt(): Promise<void> {
    const { queue, window, feed } = this.parts;
    window.halt();
    await feed.idle();
    const waiting = await queue.list({ ids: window.waiting, statuses: PENDING });
    const changes = await queue.cancel(waiting.map((job) => job.id));
    window.drop(changes.filter(({ result }) => result === "done").map(({ id }) => id));
    window.close();
  }

  /** `Stopped after 10 failures (--max-fails 10) with 37 of 1000 items done`. */
  text(done: number): string {
    const { window, feed } = this.parts;
    const failures = window.failed === 1 ? "1 failure" : `${window.failed} failures`;
    const limit = this.maxFails === null ? "" : ` (--max-fails ${formatMaxFails(this.maxFails)})`;
    const known = `${feed.count}${this.#complete ? "" : "+"}`;
    return `Stopped after ${failures}${limit} with ${done} of ${known} items done`;
  }
}
