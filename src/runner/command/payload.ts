/** What a command job carries. */

import type { JsonObject } from "../../core/json.ts";

/** The payload of kind `command`. */
export interface CommandPayload {
  /** Program and arguments; with `shell`, the script and its positional parameters. */
  readonly argv: readonly string[];
  /** Run `argv[0]` by `sh -c` (`cmd /c` on Windows). */
  readonly shell?: boolean;
  /** Folder to run in; default: the worker's. */
  readonly cwd?: string;
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: { readonly file: string } | { readonly text: string };
}

/** Reads a payload; `null` when it is not one of a command. */
export function toCommand(payload: JsonObject): CommandPayload | null {
  const { argv } = payload;
  const fits = Array.isArray(argv) && argv.length > 0 && argv.every((item) => typeof item === "string") &&
    argv[0] !== "";
  return fits ? payload as unknown as CommandPayload : null;
}

/** Program and arguments as they are started. */
export function toArgv({ argv, shell }: CommandPayload, windows: boolean): readonly string[] {
  if (!shell) return argv;
  const [script = "", ...rest] = argv;
  return windows ? ["cmd", "/d", "/s", "/c", script, ...rest] : ["sh", "-c", script, "sh", ...rest];
}
