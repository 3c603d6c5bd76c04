/** Values that somebody would choose who wants to break out of where they are put. */

import fc from "fast-check";

/** No file of this name may ever be there: whatever makes one was executed. */
export const CANARY = "canary";

const PIECES: readonly string[] = [
  // Shells.
  `$(touch ${CANARY})`,
  `\`touch ${CANARY}\``,
  `; touch ${CANARY};`,
  `' ; touch ${CANARY} ; '`,
  `" ; touch ${CANARY} ; "`,
  `| touch ${CANARY} &`,
  `\ntouch ${CANARY}\n`,
  `\${IFS}touch\${IFS}${CANARY}`,
  `$'\\x74ouch' ${CANARY}`,
  "\\",
  "'",
  '"',
  "*",
  "~",
  "!!",
  "$HOME",
  "%PATH%",
  // Options.
  "-",
  "--",
  "-rf",
  "--help",
  "--db=/dev/null",
  "@last",
  // Templates and placeholders.
  "${{ params.v0 }}",
  "${{ steps.x.result }}",
  "$${{ params.v0 }}",
  "${{",
  "}}",
  "${",
  "{}",
  "{.}",
  "{/}",
  "{name}",
  "{__proto__}",
  "$templates",
  "$&",
  "$1",
  "$`",
  // Names that objects have.
  "__proto__",
  "constructor",
  "toString",
  // JSON, CSV, numbers.
  '{"a":1}',
  "[1]",
  "null",
  "true",
  "1e999",
  "00",
  "=1+1",
  "@SUM(A1)",
  "+1",
  "-1",
  ',"',
  "=cmd|' /C calc'!A0",
  // Terminals.
  "\x1b[2J",
  "\x1b]0;title\x07",
  "\x9b31m",
  "\x08\x7f",
  "\r",
  "\t",
  "\u202e",
  "\u2066",
  "\ufeff",
  "\u2028",
  // Text.
  " ",
  "é",
  "e\u0301",
  "日本",
  "👩‍👩‍👧",
  "\u{10ffff}",
  "%s%n",
  "%00",
  "../../etc/passwd",
  "/",
];

/** Longest value; an argument may have 128 KiB in all. */
const LONG = 20_000;

const piece = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...PIECES) },
  { weight: 2, arbitrary: fc.string({ unit: "grapheme", maxLength: 8 }) },
  // Any code point: a lone surrogate is no text, and cannot be an argument.
  { weight: 2, arbitrary: fc.string({ unit: "binary", maxLength: 8 }) },
);

const value = fc.oneof(
  { weight: 60, arbitrary: fc.array(piece, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("")) },
  { weight: 1, arbitrary: piece.map((text) => (text || "x").repeat(LONG).slice(0, LONG).toWellFormed()) },
);

/** So many values without NUL, none empty; the same for the same seed. */
export function hostileValues(count: number, seed: number): string[] {
  const usable = value.map((text) => text.replaceAll("\0", "").toWellFormed()).filter((text) => text !== "");
  return fc.sample(usable, { numRuns: count, seed });
}
