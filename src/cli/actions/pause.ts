/** What `gigq queue pause` and `gigq queue resume` do. */

import { NotFoundError } from "../../core/errors.ts";
import { didYouMean } from "../../core/suggest.ts";
import { escapeLine } from "../../output/escape.ts";
import { jsonLine } from "../../output/json_lines.ts";
import type { Input } from "../command.ts";
import type { Io } from "../io.ts";
import { openExisting } from "../open_queue.ts";

/**
 * Pauses or resumes a queue, and prints its state.
 *
 * @throws {NotFoundError} When there never was a job in a queue of this name: most likely a typing mistake
 */
export async function pauseQueue(input: Input, io: Io, paused: boolean): Promise<number> {
  const name = input.args[0]!;
  await using queue = await openExisting(io);
  const { queues } = await queue.stats();
  if (!Object.hasOwn(queues, name)) {
    throw new NotFoundError(`There is no queue "${name}"`, {
      hint: didYouMean(name, Object.keys(queues)) ?? "gigq queue list shows what there is",
    });
  }
  await (paused ? queue.pause(name) : queue.resume(name));
  await io.out(
    io.json ? jsonLine({ name, paused }) : `${escapeLine(name)} ${paused ? "paused" : "resumed"}\n`,
  );
  return 0;
}
