/** Hearing of changes by others at once, over a connection of its own. */

import { Watchers } from "../watchers.ts";
import type { Line } from "./line.ts";

/** How long the server holds back an answer when nothing happens. */
const BLOCK_MS = 5_000;
/** Pause after an error, after which watchers look for themselves. */
const PAUSE_MS = 1_000;

/**
 * Every change adds an entry to one short stream; whoever watches waits for entries after the last one it saw. Calls of
 * this process are told of in this way too: what changed nothing must wake nobody, least of all the worker that asked.
 */
export class News {
  readonly #line: Line;
  readonly #watchers = new Watchers();
  #watching = 0;
  #following: Line | undefined;

  constructor(line: Line) {
    this.#line = line;
  }

  /** Ends every watch. */
  close(): void {
    this.#watchers.close();
    this.#following?.close();
  }

  async *watch(signal: AbortSignal): AsyncGenerator<void, void> {
    if (++this.#watching === 1) void this.#follow();
    try {
      yield* this.#watchers.watch(signal);
    } finally {
      if (--this.#watching === 0) this.#following?.close();
    }
  }

  /** Ends when its line is closed. */
  async #follow(): Promise<void> {
    const line = this.#following = this.#line.another();
    const key = `${line.url.prefix}:news`;
    let last = "";
    while (!line.closed) {
      try {
        if (last === "") {
          const [newest] = await line.command<readonly [string][]>("XREVRANGE", [key, "+", "-", "COUNT", 1]);
          last = newest?.[0] ?? "0-0";
          // What happened before that is not told of, so that everybody looks.
          this.#watchers.wake();
        }
        const news = await line.command<readonly [string, readonly [string][]][] | null>(
          "XREAD",
          ["BLOCK", BLOCK_MS, "STREAMS", key, last],
          { waitMs: BLOCK_MS },
        );
        if (news === null) continue;
        last = news[0]![1].at(-1)![0];
        this.#watchers.wake();
      } catch {
        if (line.closed) return;
        last = "";
        this.#watchers.wake();
        await line.pause(PAUSE_MS);
      }
    }
  }
}
