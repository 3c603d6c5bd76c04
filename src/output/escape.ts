/** Makes text from jobs, files and users harmless for a terminal. */

/** C0 and C1 controls but tab and newline, DEL, line separators, and what reorders text. */
export const DANGEROUS =
  // deno-lint-ignore no-control-regex
  /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g;

const SHORT: Readonly<Record<string, string>> = { "\r": "\\r", "\x1b": "\\e", "\n": "\\n", "\t": "\\t" };

function visible(char: string): string {
  const short = SHORT[char];
  if (short !== undefined) return short;
  const code = char.charCodeAt(0);
  return code < 0x100
    ? `\\x${code.toString(16).padStart(2, "0")}`
    : `\\u{${code.toString(16).padStart(4, "0")}}`;
}

/**
 * Writes control characters visibly (`\e`, `\x07`, `\u{202e}`), keeping newlines and tabs: for logs and texts of
 * several lines. The line ends of Windows become plain newlines.
 */
export function escapeText(text: string): string {
  return text.replaceAll("\r\n", "\n").replace(DANGEROUS, visible);
}

/** The same for what must stay on one line: newlines and tabs become `\n` and `\t`. */
export function escapeLine(text: string): string {
  return escapeText(text).replace(/[\n\t]/g, visible);
}
