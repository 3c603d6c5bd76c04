/**
 * A long import that goes on where it was when its process is killed.
 *
 *     deno run -A examples/resume/import.ts ORDERS.csv [--crash-after ROWS]
 *
 * The queue is `import.db` in the current folder.
 */

import { JobQueue, task, Worker } from "../../mod.ts";

/** How far the import is: enough to go on from, and no more. */
type State = { readonly row: number; readonly total: number };

/** Rows between two checkpoints: what a crash costs at most. */
const CHUNK = 200;

const args = [...Deno.args];
const crashAfter = args.includes("--crash-after")
  ? Number(args.splice(args.indexOf("--crash-after"))[1])
  : NaN;

const importOrders = task("import-orders", async ({ file }: { file: string }, ctx): Promise<State> => {
  const rows = (await Deno.readTextFile(file)).trim().split("\n").slice(1);
  let { row, total } = (ctx.saved ?? { row: 0, total: 0 }) as State;
  if (row > 0) console.log(`goes on after row ${row}`);
  // Whatever happens below, nobody is told twice that the import has begun.
  await ctx.step("announce", () => console.log(`${rows.length} orders to import`));
  while (row < rows.length) {
    const chunk = rows.slice(row, row + CHUNK);
    for (const line of chunk) total += Number(line.split(",")[1]);
    console.log(`rows ${row + 1} to ${row + chunk.length}`);
    row += chunk.length;
    await ctx.checkpoint({ row, total });
    // As a power cut would: no signal to hear, nothing to tidy up.
    if (row >= crashAfter) Deno.kill(Deno.pid, "SIGKILL");
  }
  return { row, total };
}, { retries: 3, backoff: "fixed:0s" });

async function main(file: string): Promise<void> {
  await using queue = await JobQueue.open("import.db");
  // One import of a file at a time: a second run takes up the first one's job.
  const id = await queue.submit(importOrders({ file }), { unique: `import ${file}` });
  await new Worker(queue, { tasks: [importOrders] }).drain();
  const { row, total } = (await queue.get(id)).result as State;
  console.log(`${row} orders, ${total} in all`);
}

const [file] = args;
if (file === undefined) throw new Error("Usage: import.ts ORDERS.csv [--crash-after ROWS]");
await main(file);
