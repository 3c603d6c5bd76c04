/**
 * Makes programs whole that use schedules.
 *
 * The library imports what schedules take (cron patterns, phrases, calendars) when the first one is looked at, by an
 * address that Deno cannot know in advance. A script that is just run needs nothing else. One that is compiled, or cached
 * for a machine without a network, imports this module once, anywhere; it loads nothing until then. So does one that
 * takes the library from files, and has no permission to read them.
 *
 * @example
 * ```ts
 * import "@gigq/gigq/schedules";
 * import { JobQueue } from "@gigq/gigq";
 *
 * await using queue = await JobQueue.open(":memory:"); // in a program made by deno compile
 * console.log((await queue.schedules.list()).length); // 0
 * ```
 *
 * @module
 */

/** Never called: its literal imports are what Deno follows when it compiles or caches a program. */
export const schedules = (): Promise<unknown> =>
  Promise.all([import("./src/library/schedules/parts.ts"), import("./src/store/sqlite/schedules/ops.ts")]);
