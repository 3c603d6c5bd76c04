/** What `gigq workflow submit` does. */

import { jsonLine } from "../../output/json_lines.ts";
import type { Input } from "../command.ts";
import type { Io } from "../io.ts";
import { maxFailsOption } from "../max_fails_option.ts";
import { openServer, openToStore } from "../open_queue.ts";
import { readWorkflowFile } from "../workflow_file.ts";

/** Stores a run and prints its id; with `--json` also the jobs of its steps. */
export async function submitWorkflow(input: Input, io: Io): Promise<number> {
  const maxFails = maxFailsOption(input);
  await using server = await openServer(io, openToStore);
  const read = await readWorkflowFile(input.args[0]!, input, io);
  const workflow = maxFails === undefined ? read : { ...read, maxFails };
  await using queue = server ?? await openToStore(io);
  const { id, jobs } = await queue.submitResolved(workflow);
  const steps = Object.fromEntries(workflow.jobs.map((job, index) => [job.step, jobs[index]]));
  await io.out(io.json ? jsonLine({ id, name: workflow.name, jobs: steps }) : `${id}\n`);
  return 0;
}
