/** What `gigq result` does. */

import { BusyError } from "../../core/errors.ts";
import type { Json } from "../../core/json.ts";
import { isFinal } from "../../core/transitions.ts";
import { escapeText } from "../../output/escape.ts";
import { jsonLine, jsonText } from "../../output/json_lines.ts";
import type { Input } from "../command.ts";
import type { Io } from "../io.ts";
import { openExisting } from "../open_queue.ts";
import { JobFailedError } from "../outcome.ts";
import { resolveId } from "../selectors.ts";

/**
 * Prints what a completed job returned.
 *
 * @throws {BusyError} When the job has not ended
 * @throws {JobFailedError} When it did not complete
 */
export async function printResult(input: Input, io: Io): Promise<number> {
  await using queue = await openExisting(io);
  const job = await queue.get(await resolveId(input.args[0]!, queue));
  if (!isFinal(job.status)) {
    throw new BusyError(`Job ${job.id} is ${job.status} and has no result yet`, {
      hint: `gigq wait ${job.id} waits for it`,
    });
  }
  if (job.status !== "completed") throw new JobFailedError(job);
  if (io.json) await io.out(jsonLine(job.result));
  else await io.out(resultText(job.result, io.outIsTerminal && !input.flag("raw")));
  return 0;
}

/** A result for people: text as it is, anything else as indented JSON. */
export function resultText(result: Json, escape: boolean): string {
  if (typeof result !== "string") return `${jsonText(result, 2)}\n`;
  return `${escape ? escapeText(result) : result}\n`;
}
