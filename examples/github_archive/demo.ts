/** `deno task demo`: runs the GitHub Archive workflow to its end, showing how it goes, and prints the report. */

import { join } from "node:path";
import { JobQueue, Worker } from "../../mod.ts";
import { findArchive } from "./find_archive.ts";
import { Progress } from "./progress.ts";
import type { Report } from "./report.ts";
import { describe } from "./describe.ts";
import { writeSample } from "./sample.ts";
import archive from "./workflow.ts";

const SAMPLE = { date: "2015-01-01", hours: [0, 1, 2] };

/** Runs the demo in a folder of its own, which is gone afterwards. */
async function demo(folder: string): Promise<number> {
  const found = await findArchive();
  const source = found?.folder ?? join(folder, "sample");
  if (found === null) {
    await Deno.mkdir(source);
    await writeSample(source, SAMPLE);
    console.error("No GitHub Archive found (GHARCHIVE_DIR names a folder): using a small sample made here");
  }
  const { date, hours } = found ?? SAMPLE;
  await using queue = await JobQueue.open(join(folder, "demo.db"));
  const workflow = archive({ date, hours: hours.join(), source, work: join(folder, "work") });
  const run = await workflow.submit(queue);
  using progress = new Progress((await run.jobs()).length);
  await new Worker(queue, { workflow: run.id, onEvent: (event) => progress.show(event) }).drain();
  progress.clear();
  const { report } = await run.results() as { report: Report | null };
  if (report === null) {
    const [failed] = await queue.list({ workflow: run.id, statuses: ["failed"] });
    console.error(`The workflow failed: ${failed?.error?.message}`);
    return 1;
  }
  console.log(describe(date, hours, report));
  return 0;
}

if (import.meta.main) {
  const folder = await Deno.makeTempDir({ prefix: "gigq-demo-" });
  try {
    Deno.exitCode = await demo(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
