/** A started command, however it was started. */

import { startDenoChild } from "./deno_child.ts";
import { startNativeChild } from "./native_child.ts";

/** How the first process of a command ended. */
export interface Exit {
  readonly code: number;
  readonly signal: string | null;
  readonly cpuMs: number | null;
  readonly maxRssBytes: number | null;
}

export interface Child {
  /** Also the id of its process group. */
  readonly pid: number;
  readonly exited: Promise<Exit>;
  /** Resolves when both streams have ended. */
  readonly done: Promise<void>;
  readonly ended: boolean;
  /** Stops reading: somebody outside of the group holds the streams open. */
  close(): Promise<void>;
}

/** What to start. */
export interface Start {
  readonly argv: readonly string[];
  /** The program's file; `null` when it was not looked for. */
  readonly file: string | null;
  readonly cwd: string | undefined;
  readonly env: Readonly<Record<string, string>>;
  /** `null`: nothing to read. */
  readonly stdin: ReadableStream<Uint8Array> | null;
}

/** Takes what the command writes. The chunk is the taker's to keep. */
export type Take = (stream: "stdout" | "stderr", chunk: Uint8Array) => void;

/**
 * Starts a command as the leader of its own process group.
 *
 * @throws {Deno.errors.NotFound | Deno.errors.PermissionDenied} When the program cannot be started
 */
export async function startChild(start: Start, take: Take): Promise<Child> {
  return await startNativeChild(start, take) ?? startDenoChild(start, take);
}
