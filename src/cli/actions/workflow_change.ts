/** What `gigq workflow cancel` and `gigq workflow retry` do. */

import type { JobId } from "../../core/job.ts";
import type { Change } from "../../core/ports.ts";
import { isFinal } from "../../core/transitions.ts";
import type { JobQueue } from "../../library/queue.ts";
import { escapeLine } from "../../output/escape.ts";
import { jsonLines } from "../../output/json_lines.ts";
import type { Input } from "../command.ts";
import type { Io } from "../io.ts";
import { openExisting } from "../open_queue.ts";
import { findWorkflow } from "../selectors.ts";

/** Cancels the steps that have not ended. */
export function cancelRun(input: Input, io: Io): Promise<number> {
  return change(input, io, { done: "cancelled", requested: "stopping" }, async (queue, id) => {
    const jobs = await queue.list({ workflow: id });
    return await queue.cancel(jobs.filter((job) => !isFinal(job.status)).map((job) => job.id));
  });
}

/** Makes what failed, was cancelled or skipped ready once more, and what depends on it. */
export function retryRun(input: Input, io: Io): Promise<number> {
  return change(
    input,
    io,
    { done: "requeued", requested: "requeued" },
    (queue, id) => queue.retryWorkflow(id),
  );
}

async function change(
  input: Input,
  io: Io,
  words: Readonly<Record<"done" | "requested", string>>,
  apply: (queue: JobQueue, id: number) => Promise<readonly Change[]>,
): Promise<number> {
  await using queue = await openExisting(io);
  const id = await findWorkflow(input.args[0]!, queue);
  const steps = new Map<JobId, string>(
    (await queue.list({ workflow: id })).map((job) => [job.id, job.step ?? String(job.id)]),
  );
  const changes = (await apply(queue, id)).filter(isChanged);
  await io.out(
    io.json
      ? jsonLines(changes.map((item) => ({ ...item, step: steps.get(item.id) })))
      : changes.map((item) => `${item.id} ${escapeLine(steps.get(item.id)!)} ${words[item.result]}\n`).join(
        "",
      ),
  );
  if (changes.length === 0) io.err(`Run ${id} has no step to be ${words.done}\n`);
  return 0;
}

/** A step that still cannot run, such as an alert whose parent did not fail, is left out. */
function isChanged(change: Change): change is Change & { readonly result: "done" | "requested" } {
  return change.result === "done" || change.result === "requested";
}
