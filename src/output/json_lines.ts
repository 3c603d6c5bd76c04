/** JSON for programs. */

import { DANGEROUS } from "./escape.ts";

/**
 * JSON text whose strings hold no control character that a terminal would obey: those that JSON leaves as they are
 * (DEL, C1, what reorders text) are written as `\u009b`, which every reader takes for the same value.
 *
 * @param indent Columns for each level; absent: all on one line
 */
export function jsonText(value: unknown, indent?: number): string {
  const text = JSON.stringify(value, null, indent);
  return text.replace(DANGEROUS, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** One value on one line. */
export function jsonLine(value: unknown): string {
  return `${jsonText(value)}\n`;
}

/** JSON Lines: one value a line, nothing for no values. */
export function jsonLines(values: Iterable<unknown>): string {
  let text = "";
  for (const value of values) text += jsonLine(value);
  return text;
}
