/**
 * Makes programs whole that use a queue on PostgreSQL or Redis, or move one.
 *
 * The library imports such a store, and its driver, when a queue is opened there, by an address that Deno cannot know
 * in advance. A script that is just run needs nothing else. One that is compiled, or cached for a machine without a
 * network, imports this module once, anywhere; it loads nothing until then.
 *
 * @example
 * ```ts
 * import "@gigq/gigq/servers";
 * import { JobQueue } from "@gigq/gigq";
 *
 * await using queue = await JobQueue.open(":memory:"); // or postgres://…, redis://…, in a program made by deno compile
 * console.log((await queue.stats()).total); // 0
 * ```
 *
 * @module
 */

/** Never called: its literal import is what Deno follows when it compiles or caches a program. */
export const servers = (): Promise<unknown> => import("./src/store/servers.ts");
