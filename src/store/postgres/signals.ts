/** Changes: told to other processes, heard from them, and passed on to those who watch. */

import { Watchers } from "../watchers.ts";
import type { Connection } from "./connection.ts";
import type { Line } from "./line.ts";
import { Listener } from "./listener.ts";
import { Notifier } from "./notifier.ts";

/**
 * Who wants to know of a change. `here`: only this process, at once; others see it when they look for themselves. So
 * claims wake no worker elsewhere, which would find nothing to do.
 */
export type News = "none" | "here" | "all";

export class Signals {
  readonly #watchers = new Watchers();
  readonly #notifier: Notifier;
  readonly #listener: Listener;

  /** @param listenUrl Where to listen; `null` for nowhere */
  constructor(line: Line, listenUrl: string | null) {
    // By the id, so that a store of the same name on another server's copy of the database is not confused with it.
    const channel = `gigq_${line.id.replaceAll("-", "")}`;
    // This process knows its own changes already.
    const sender = crypto.randomUUID();
    const wake = (): void => this.#watchers.wake();
    this.#notifier = new Notifier(
      (connection) => connection.run("SELECT pg_notify($1, $2)", channel, sender),
      (use) => line.aside(use),
    );
    this.#listener = new Listener({
      open: listenUrl === null ? null : (heard) =>
        line.listen(listenUrl, channel, (payload) => {
          if (payload !== sender) heard();
        }),
      wake,
    });
  }

  /**
   * This process has changed something.
   *
   * @param connection On which it did; `null` when that is gone
   */
  changed(news: News, connection: Connection | null): void {
    if (news === "none") return;
    this.#watchers.wake();
    if (news === "all") this.#notifier.changed(connection);
  }

  async *watch(signal: AbortSignal): AsyncGenerator<void, void> {
    if (signal.aborted) return;
    const stop = this.#listener.start();
    try {
      yield* this.#watchers.watch(signal);
    } finally {
      stop();
    }
  }

  /** Ends every watch, and tells what is still to be told. */
  async close(): Promise<void> {
    this.#watchers.close();
    await Promise.all([this.#listener.ended(), this.#notifier.flush()]);
  }
}
