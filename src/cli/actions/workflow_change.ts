/** What `gigq workflow cancel` does. */

import type { Change } from "../../core/ports.ts";
import type { JobId } from "../../core/job.ts";
import { isFinal } from "../../core/transitions.ts";
import { escapeLine } from "../../output/escape.ts";
import { jsonLines } from "../../output/json_lines.ts";
import type { Input } from "../command.ts";
import type { Io } from "../io.ts";
import { openExisting } from "../open_queue.ts";
import { findWorkflow } from "../selectors.ts";

const WORDS = { done: "cancelled", requested: "stopping" } as const;

/** Cancels the steps that have not ended. */
export async function cancelRun(input: Input, io: Io): Promise<number> {
  await using queue = await openExisting(io);
  const id = await findWorkflow(input.args[0]!, queue);
  const jobs = await queue.list({ workflow: id });
  const steps = new Map<JobId, string>(jobs.map((job) => [job.id, job.step ?? String(job.id)]));
  const open = jobs.filter((job) => !isFinal(job.status)).map((job) => job.id);
  const changes = (await queue.cancel(open)).filter(isChanged);
  await io.out(
    io.json
      ? jsonLines(changes.map((item) => ({ ...item, step: steps.get(item.id) })))
      : changes.map((item) => `${item.id} ${escapeLine(steps.get(item.id)!)} ${WORDS[item.result]}\n`).join(
        "",
      ),
  );
  if (changes.length === 0) io.err(`Run ${id} has no step to be cancelled\n`);
  return 0;
}

/** One that ended in the meantime is left out. */
function isChanged(change: Change): change is Change & { readonly result: "done" | "requested" } {
  return change.result === "done" || change.result === "requested";
}
