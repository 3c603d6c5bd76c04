/** Hears of changes by other processes, for as long as somebody watches. */

import type { Connection } from "./connection.ts";

/** How often those who watch are sent to look, for notices that got lost; and where none can be heard. */
const NET_MS = 1_000;
const POLL_MS = 250;
/** How long it takes at most to find out that a connection only looks whole. */
const PING_MS = 15_000;
/** Bounds of the wait before the next try to connect. */
const MIN_WAIT_MS = 50;
const MAX_WAIT_MS = 5_000;

export interface ListenerOptions {
  /** Opens a connection that listens, and hands on what it hears; `null`: there is nowhere to listen. */
  readonly open: ((heard: () => void) => Promise<Connection>) | null;
  /** Something may have changed. */
  readonly wake: () => void;
}

export class Listener {
  readonly #options: ListenerOptions;
  #watchers = 0;
  #stop: AbortController | undefined;
  #connection: Connection | undefined;
  #running: Promise<unknown> = Promise.resolve();

  constructor(options: ListenerOptions) {
    this.#options = options;
  }

  /** Somebody watches from now on; call the function when that is over. */
  start(): () => void {
    if (this.#watchers++ === 0) {
      this.#stop = new AbortController();
      const { signal } = this.#stop;
      this.#running = Promise.all([this.#running, this.#listen(signal), this.#poll(signal)]);
    }
    return () => {
      if (--this.#watchers === 0) this.#stop!.abort();
    };
  }

  /** Resolves when nothing of it is left. */
  async ended(): Promise<void> {
    this.#stop?.abort();
    await this.#running;
  }

  async #poll(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await sleep(this.#connection === undefined ? POLL_MS : NET_MS, signal);
      if (!signal.aborted) this.#options.wake();
    }
  }

  async #listen(signal: AbortSignal): Promise<void> {
    const { open, wake } = this.#options;
    let waitMs = MIN_WAIT_MS;
    while (open !== null && !signal.aborted) {
      const connection = await open(wake).catch(() => null);
      if (connection !== null) {
        waitMs = MIN_WAIT_MS;
        // Whatever happened before it listened.
        wake();
        await this.#hear(connection, signal);
      }
      await sleep(waitMs, signal);
      waitMs = Math.min(waitMs * 2, MAX_WAIT_MS);
    }
  }

  /** Until the connection, or the watching, ends. */
  async #hear(connection: Connection, signal: AbortSignal): Promise<void> {
    const ended = new AbortController();
    connection.onEnd(() => ended.abort());
    const over = AbortSignal.any([signal, ended.signal]);
    this.#connection = connection;
    while (!over.aborted) {
      await sleep(PING_MS, over);
      if (!over.aborted) await connection.script("SELECT 1").catch(() => ended.abort());
    }
    this.#connection = undefined;
    await connection.close();
  }
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done, { once: true });
  });
}
