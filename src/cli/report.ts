/** What a user sees of an error: one line. */

import { GigqError } from "../core/errors.ts";
import { escapeLine, escapeText } from "../output/escape.ts";
import { jsonLine } from "../output/json_lines.ts";

/** Writes an error to stderr and tells the exit code. */
export function reportError(
  error: unknown,
  io: { readonly json: boolean; err(text: string): void; env(name: string): string | undefined },
): number {
  const known = error instanceof GigqError;
  const message = error instanceof Error ? error.message || error.name : String(error);
  const hint = known ? error.hint : undefined;
  if (io.json) {
    const shape = { code: known ? error.code : "internal", message, hint: hint ?? null };
    io.err(jsonLine({ error: shape }));
  } else {
    io.err(`gigq: ${errorLine(message, hint)}\n`);
  }
  if (io.env("GIGQ_DEBUG") === "1") io.err(`${escapeText(stackOf(error))}\n`);
  return known ? error.exitCode : 1;
}

/** Message and hint as one line: `There is no job 7; gigq list shows what there is`. */
export function errorLine(message: string, hint: string | undefined): string {
  const line = escapeLine(message.trim());
  return hint === undefined ? line : `${line}; ${escapeLine(lowerFirst(hint))}`;
}

/** `Write it` becomes `write it`; `GIGQ_DB` and `gigq list` stay. */
function lowerFirst(hint: string): string {
  return /^[A-Z][a-z ]/.test(hint) ? hint[0]!.toLowerCase() + hint.slice(1) : hint;
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const stack = error.stack ?? error.message;
  return error.cause === undefined ? stack : `${stack}\nCaused by: ${stackOf(error.cause)}`;
}
