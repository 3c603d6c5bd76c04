/** What `gigq wait` does. */

import { UsageError } from "../../core/errors.ts";
import type { Job } from "../../core/job.ts";
import type { JobQueue } from "../../library/queue.ts";
import { jsonLines } from "../../output/json_lines.ts";
import type { Input } from "../command.ts";
import type { Io } from "../io.ts";
import { openExisting } from "../open_queue.ts";
import { commandExitCode, exitCodeOfAll } from "../outcome.ts";
import { readSelection, resolveSelection, selectsNothing } from "../selectors.ts";
import { jobShape } from "../shapes.ts";
import { waitingGiveUpAfter } from "../worker_options.ts";

/** Waits, and tells by the exit code how the jobs ended; with `--json` prints them too. */
export async function waitForEnd(input: Input, io: Io): Promise<number> {
  const selection = readSelection(input);
  if (selectsNothing(selection)) {
    throw new UsageError("There is nothing to wait for", {
      hint: "Give ids, or a filter such as --queue images",
    });
  }
  await using opened = await openExisting(io);
  const queue = opened.patient(waitingGiveUpAfter(input, io));
  const { selector } = await resolveSelection(selection, queue);
  const ids = (await queue.list(selector)).map((job) => job.id);
  const timeoutMs = input.duration("timeout");
  const jobs = ids.length === 0
    ? []
    : await queue.wait(ids, { any: input.flag("any"), ...timeoutMs !== undefined && { timeoutMs } });
  if (io.json) await io.out(jsonLines(jobs.map(jobShape)));
  return await exitCode(jobs, queue);
}

async function exitCode(jobs: readonly Job[], queue: JobQueue): Promise<number> {
  const [only] = jobs;
  if (jobs.length === 1 && only!.status === "failed") {
    const passed = commandExitCode(only!, await queue.attempts(only!.id));
    if (passed !== null) return passed;
  }
  return exitCodeOfAll(jobs);
}
