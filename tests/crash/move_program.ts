/**
 * Moves a queue as a process of its own, for tests that kill it. Arguments: from, to, and a step at which it kills itself,
 * or nothing. Says on stdout what happens, a line each.
 */

import { moveQueue } from "../../src/library/move.ts";
import { JobQueue } from "../../src/library/queue.ts";

const [from, to, step] = Deno.args as [string, string, string | undefined];
const encoder = new TextEncoder();

await using source = await JobQueue.open(from, { create: false, driver: "builtin" });
await using target = await JobQueue.open(to, { driver: "builtin" });
await moveQueue(source, target, {
  batch: 5,
  onProgress: ({ type }) => {
    Deno.stdout.writeSync(encoder.encode(`${type}\n`));
    if (type === step) Deno.kill(Deno.pid, "SIGKILL");
  },
});
