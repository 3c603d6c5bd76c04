/** Notices changes: those of this store at once, those of other processes by asking SQLite now and then. */

/** `PRAGMA data_version` costs microseconds, so the first looks come quickly. */
const MIN_POLL_MS = 5;
const MAX_POLL_MS = 100;
/** How the pause grows while nothing happens. */
const GROWTH = 1.3;

/** Those who follow one store. Polls only while somebody waits. */
export class Watcher {
  readonly #version: (() => number) | undefined;
  readonly #waiting = new Set<() => void>();
  #closed = false;
  /** Counts changes, so that whoever was busy meanwhile knows that it missed one. */
  #changes = 0;
  #seen: number | undefined;
  #pollMs = MIN_POLL_MS;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param version A number that changes when another connection has written, and may throw when it cannot tell;
   * none when there is no other connection
   */
  constructor(version: (() => number) | undefined) {
    this.#version = version;
  }

  /** Something changed: wakes everybody. */
  wake(): void {
    this.#changes++;
    this.#pollMs = MIN_POLL_MS;
    for (const resume of [...this.#waiting]) resume();
  }

  /** Ends every watch, those to come included. */
  close(): void {
    this.#closed = true;
    for (const resume of [...this.#waiting]) resume();
  }

  /** Yields at once, since something may have changed since the caller's last look, then after each change. */
  async *watch(signal: AbortSignal): AsyncGenerator<void, void> {
    let known = -1;
    // What was written before this look, the caller's next look will find.
    this.#look();
    while (!signal.aborted && !this.#closed) {
      if (known === this.#changes) await this.#next(signal);
      if (signal.aborted || this.#closed) return;
      known = this.#changes;
      yield;
    }
  }

  #next(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const resume = (): void => {
        this.#waiting.delete(resume);
        signal.removeEventListener("abort", resume);
        if (this.#waiting.size === 0) this.#stop();
        resolve();
      };
      signal.addEventListener("abort", resume);
      this.#waiting.add(resume);
      if (this.#waiting.size === 1) this.#poll();
    });
  }

  #poll(): void {
    if (this.#version === undefined) return;
    if (this.#look()) return this.wake();
    this.#timer = setTimeout(() => this.#poll(), this.#pollMs);
    this.#pollMs = Math.min(this.#pollMs * GROWTH, MAX_POLL_MS);
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Whether another process wrote since the last look. */
  #look(): boolean {
    if (this.#version === undefined) return false;
    try {
      const version = this.#version();
      const changed = this.#seen !== undefined && version !== this.#seen;
      this.#seen = version;
      return changed;
    } catch {
      // Locked for a moment: the next look will tell.
      return false;
    }
  }
}
