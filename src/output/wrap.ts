/** Fits text for people into columns. */

import { textWidth } from "./width.ts";

/**
 * Breaks a text at spaces so that no line is wider than `width`, nor a further one than `further`; words wider than
 * that stay whole.
 */
export function wrap(text: string, width: number, further = width): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/).filter((part) => part !== "")) {
    if (line !== "" && textWidth(line) + 1 + textWidth(word) > (lines.length === 0 ? width : further)) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return line === "" ? lines : [...lines, line];
}

/** Least room for text, however narrow the terminal is. */
export const LEAST_ROOM = 20;

/** A paragraph whose further lines are indented by `indent`; one line where there is no `width`. */
export function hanging(text: string, width: number | null, indent: number): string {
  if (width === null || textWidth(text) <= width) return `${text}\n`;
  return `${wrap(text, width, Math.max(LEAST_ROOM, width - indent)).join(`\n${" ".repeat(indent)}`)}\n`;
}

/**
 * Two columns, such as options and what they do: the left as wide as its widest entry but at most `leftMax`, the
 * right wrapped. A longer left entry gets a line of its own.
 */
export function columns(rows: readonly (readonly [string, string])[], width: number, leftMax = 28): string {
  const fitting = rows.map(([left]) => left.length).filter((length) => length <= leftMax);
  const left = Math.max(0, ...fitting);
  const indent = " ".repeat(left + 4);
  return rows.map(([key, text]) => {
    const lines = wrap(text, Math.max(LEAST_ROOM, width - indent.length));
    const first = key.length <= left ? `  ${key.padEnd(left)}  ` : `  ${key}\n${indent}`;
    return `${first}${lines.join(`\n${indent}`)}`.trimEnd() + "\n";
  }).join("");
}
