/**
 * Makes programs whole that use schedules.
 *
 * The library imports what schedules take (cron patterns, phrases, calendars) when the first one is looked at, by an
 * address that Deno cannot know in advance. A script that is just run needs nothing else. One that is compiled, or cached
 * for a machine without a network, imports this module once, anywhere; it loads nothing until then.
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

/** Never called: its literal import is what Deno follows when it compiles or caches a program. */
export const schedules = (): Promise<unknown> => import("./src/library/schedules/parts.ts");
