/**
 * A script with its own tasks: SHA-256 of files, a few at a time, in a queue that lives as long as the script.
 *
 *     deno run -A examples/script/checksums.ts FILE…
 */

import { JobQueue, PermanentError, task, Worker } from "../../mod.ts";

type Checksum = { readonly sha256: string; readonly file: string };

/** Hashes one file. A file that is not there will not come back: no second attempt. */
const checksum = task("checksum", async (file: string, ctx): Promise<Checksum> => {
  try {
    const bytes = await Deno.readFile(file, { signal: ctx.signal });
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    return { sha256: digest.toHex(), file };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) throw new PermanentError(`There is no file ${file}`);
    throw error;
  }
}, { timeout: "1m" });

/** Prints a line for each file; the exit code is the number of files that could not be read. */
async function main(files: readonly string[]): Promise<number> {
  await using queue = await JobQueue.open(":memory:");
  const ids = await queue.submitMany(files.map((file) => checksum(file)));
  const report = await new Worker(queue, { tasks: [checksum], concurrency: 4 }).drain();
  for (const { result, error } of await queue.wait(ids)) {
    if (error !== null) console.error(error.message);
    else console.log(Object.values(result as Checksum).join("  "));
  }
  return report.failed;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
