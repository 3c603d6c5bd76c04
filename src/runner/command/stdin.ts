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

/** Feeds a process, which need not read it all: one that ends or closes its input early is no failure. */
export async function feed(child: Deno.ChildProcess, source: ReadableStream<Uint8Array>): Promise<void> {
  try {
    await source.pipeTo(child.stdin);
  } catch {
    // The process has heard enough.
  }
}
