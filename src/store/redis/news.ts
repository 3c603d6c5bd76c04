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
    let last = "";
    while (!line.closed) {
      try {
        const newest = last === ""
          ? await newestOf(line)
          : await nextAfter(last, line) ?? await newestOf(line);
        // At first, too: what happened before is not told of.
        if (newest !== last) this.#watchers.wake();
        last = newest;
      } catch {
        if (line.closed) return;
        last = "";
        this.#watchers.wake();
        await line.pause(PAUSE_MS);
      }
    }
  }
}

type Entries = readonly (readonly [id: string])[];

/** The last entry there is. Asked now and then: after a failover entries may be older than one that was seen. */
async function newestOf(line: Line): Promise<string> {
  const [newest] = await line.command<Entries>("XREVRANGE", [keyOf(line), "+", "-", "COUNT", 1]);
  return newest?.[0] ?? "0-0";
}

/** Waits for an entry; `null` when there was none for a while. */
async function nextAfter(last: string, line: Line): Promise<string | null> {
  const args = ["BLOCK", BLOCK_MS, "STREAMS", keyOf(line), last];
  const news = await line.command<readonly [string, Entries][] | null>("XREAD", args, { waitMs: BLOCK_MS });
  return news?.[0]?.[1].at(-1)?.[0] ?? null;
}

function keyOf(line: Line): string {
  return `${line.url.prefix}:news`;
}
