/** JSON for programs. */

/** One value on one line. */
export function jsonLine(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}

/** JSON Lines: one value a line, nothing for no values. */
export function jsonLines(values: Iterable<unknown>): string {
  let text = "";
  for (const value of values) text += jsonLine(value);
  return text;
}
