/** What `gigq backup` does. */

import { UsageError } from "../../core/errors.ts";
import { formatBytes } from "../../output/bytes.ts";
import { escapeLine } from "../../output/escape.ts";
import { jsonLine } from "../../output/json_lines.ts";
import type { Input } from "../command.ts";
import type { Io } from "../io.ts";
import { openExisting } from "../open_queue.ts";

/**
 * Writes the backup and prints what it holds.
 *
 * @throws {UsageError} For `-`: a backup is complete or not there, which a pipe cannot promise
 */
export async function backUp(input: Input, io: Io): Promise<number> {
  const file = input.args[0]!;
  if (file === "-") {
    throw new UsageError("A backup cannot be written to stdout", {
      hint: "Name a file: gigq backup FILE",
    });
  }
  await using queue = await openExisting(io);
  const { path, bytes, jobs } = await queue.backup(file, { force: input.flag("force") });
  await io.out(
    io.json
      ? jsonLine({ path, bytes, jobs })
      : `${escapeLine(path)}: ${jobs} job${jobs === 1 ? "" : "s"}, ${formatBytes(bytes)}\n`,
  );
  return 0;
}
