/** What `gigq clear` does. */

import { UsageError } from "../../core/errors.ts";
import type { Selector } from "../../core/ports.ts";
import { isFinal } from "../../core/transitions.ts";
import type { JobQueue } from "../../library/queue.ts";
import { jsonLine } from "../../output/json_lines.ts";
import type { Input } from "../command.ts";
import type { Io } from "../io.ts";
import { openExisting } from "../open_queue.ts";
import {
  readSelection,
  requireSelection,
  resolveSelection,
  type Selection,
  selectsNothing,
} from "../selectors.ts";

/** Deletes what was selected and prints how much it was; exits with 1 when a job that was named is left. */
export async function clearJobs(input: Input, io: Io): Promise<number> {
  const olderThan = input.duration("older-than");
  const selection = select(input, olderThan);
  await using queue = await openExisting(io);
  const { selector, named } = await resolveSelection(selection, queue);
  const deleted = await queue.clear({
    ...selector,
    ...olderThan !== undefined && { finishedBefore: io.now() - olderThan },
  });
  await io.out(io.json ? jsonLine({ deleted }) : `${deleted} ${deleted === 1 ? "job" : "jobs"} deleted\n`);
  return named.size === 0 ? 0 : await tellLeft(queue, { ids: [...named] }, io);
}

/** An age is a filter too. */
function select(input: Input, olderThan: number | undefined): Selection {
  const selection = olderThan === undefined ? requireSelection(input, "delete") : readSelection(input);
  const never = selection.statuses.filter((status) => !isFinal(status));
  if (!selectsNothing(selection) && never.length > 0) {
    throw new UsageError(`Jobs that are ${never.join(", ")} are not deleted`, {
      hint: "gigq cancel ends them first",
    });
  }
  return selection;
}

async function tellLeft(queue: JobQueue, selector: Selector, io: Io): Promise<number> {
  const left = await queue.list(selector);
  for (const { id, status } of left) {
    const why = isFinal(status)
      ? "an unfinished job depends on it, or a filter spares it"
      : `it is ${status}`;
    io.err(`gigq: Job ${id} was not deleted: ${why}\n`);
  }
  return left.length > 0 ? 1 : 0;
}
