/** A worker of every built-in kind as a process of its own. Arguments: see `worker_program.ts`. */

import { JobQueue, task, Worker } from "../../mod.ts";
import { work } from "./resume_module.ts";
import type { Settings } from "./worker_program.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function say(line: string): void {
  Deno.stdout.writeSync(encoder.encode(`${line}\n`));
}

const { db, mode, leaseMs = 30_000, heartbeatMs = 10_000 } = JSON.parse(Deno.args[0]!) as Settings;
await using queue = await JobQueue.open(db);
const worker = new Worker(queue, {
  tasks: [task("work", work)],
  lease: leaseMs,
  heartbeat: heartbeatMs,
  onEvent: (event) => {
    if (event.type !== "log") return;
    const text = typeof event.data === "string" ? event.data : decoder.decode(event.data);
    say(`log ${text.trim()}`);
  },
});
await worker[mode]();
