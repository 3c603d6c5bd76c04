/** Standard input of a command. */

import { resolve } from "node:path";
import type { CommandPayload } from "./payload.ts";

/**
 * Opens what a command reads.
 *
 * @throws {Deno.errors.NotFound | Deno.errors.PermissionDenied} When the file cannot be opened
 */
export async function openStdin(
  stdin: NonNullable<CommandPayload["stdin"]>,
  cwd: string | undefined,
): Promise<ReadableStream<Uint8Array>> {
  if ("text" in stdin) return new Blob([stdin.text]).stream();
  const file = await Deno.open(resolve(cwd ?? "", stdin.file));
  return file.readable;
}
