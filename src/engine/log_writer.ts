/** Gathers the output of all running attempts and hands it to the store, a batch at a time. */

import type { LogChunk, LogStream, Store } from "../core/ports.ts";
import type { Attempt } from "./attempt.ts";
import { LogSink } from "./log_sink.ts";
import type { Patience } from "./patience.ts";

/** Output beyond this many bytes does not wait for the next flush. */
const FLUSH_BYTES = 32_768;

export class LogWriter {
  /** Attempts with output that was not handed out yet. */
  #dirty = new Set<Attempt>();
  /** Taken from the sinks, not yet stored. */
  #waiting: LogChunk[] = [];
  #flushing: Promise<void> | null = null;

  constructor(private readonly store: Store) {}

  get isEmpty(): boolean {
    return this.#dirty.size === 0 && this.#waiting.length === 0;
  }

  /** Resolves when no call is under way: what comes now goes with the next one. Never rejects. */
  async quiet(): Promise<void> {
    while (this.#flushing !== null) await this.#flushing.catch(() => {});
  }

  /** Takes output; returns whether so much has gathered that it should be flushed now. */
  write(attempt: Attempt, stream: LogStream, data: Uint8Array | string, at: number): boolean {
    attempt.sink ??= new LogSink(attempt.job.id, attempt.job.attempt);
    attempt.sink.write(stream, data, at);
    this.#dirty.add(attempt);
    return attempt.sink.pendingBytes >= FLUSH_BYTES;
  }

  /** Takes the last output of an attempt that has ended. */
  end(attempt: Attempt, at: number): void {
    if (attempt.sink === null) return;
    this.#dirty.delete(attempt);
    this.#waiting.push(...attempt.sink.end(at));
    attempt.sink = null;
  }

  /**
   * Stores what has gathered, in order: one call at a time, so that a repeated call cannot overtake. The call to
   * the store is made before this returns (unless one is under way). Rejects as the store does, and then keeps
   * everything for the next flush.
   */
  flush(): Promise<void> {
    if (this.#flushing !== null) return this.#flushing;
    for (const attempt of this.#dirty) this.#waiting.push(...attempt.sink?.take() ?? []);
    this.#dirty.clear();
    if (this.#waiting.length === 0) return Promise.resolve();
    const chunks = this.#waiting;
    this.#waiting = [];
    this.#flushing = this.store.appendLog(chunks).catch((error: unknown) => {
      this.#waiting = [...chunks, ...this.#waiting];
      throw error;
    }).finally(() => this.#flushing = null);
    return this.#flushing;
  }

  /**
   * Stores all that is left, again and again until it is enough.
   *
   * @returns Why something is left; `null` when nothing is
   */
  async flushAll(isEnough: () => boolean, patience: Pick<Patience, "wait">): Promise<unknown> {
    while (!this.isEmpty) {
      try {
        await this.flush();
      } catch (error) {
        if (isEnough()) return error;
        await patience.wait();
      }
    }
    return null;
  }
}
