/** A TOML text with the positions of its values, as far as they can be told. */

import type { Problem } from "../../core/workflow.ts";
import type { Position, TextDocument } from "../workflow/document.ts";

/** Reads TOML, of which the parser tells only the values: places are looked for in the text. */
export async function parseToml(source: string): Promise<TextDocument> {
  const { parse } = await import("smol-toml");
  const lines = source.split("\n");
  let value: unknown;
  const problems: (Problem & Position)[] = [];
  try {
    value = parse(source);
  } catch (error) {
    const { message, line = 1, column = 1 } = error as Error & { line?: number; column?: number };
    const what = message.split("\n", 1)[0]!.replace(/^Invalid TOML document: /, "");
    problems.push({ at: [], message: `This is not TOML: ${what}`, line, column });
  }
  return {
    value,
    problems,
    position: (at) => positionOf(lines, at),
    source: () => undefined,
  };
}

/** Where a table begins whose path this is, and a key within it. */
function positionOf(lines: readonly string[], at: Problem["at"]): Position {
  for (let length = at.length; length > 0; length--) {
    const head = lines.findIndex((line) => isHead(line, at.slice(0, length)));
    if (head < 0) continue;
    const key = at[length];
    const end = lines.findIndex((line, index) => index > head && /^\s*\[/.test(line));
    const within = lines.slice(head + 1, end < 0 ? undefined : end);
    const row = key === undefined ? -1 : within.findIndex((line) => keyOf(line) === String(key));
    return { line: row < 0 ? head + 1 : head + row + 2, column: 1 };
  }
  return { line: 1, column: 1 };
}

function isHead(line: string, at: Problem["at"]): boolean {
  const head = /^\s*\[([^[\]]+)\]\s*(#.*)?$/.exec(line)?.[1];
  if (head === undefined) return false;
  const parts = head.match(/"[^"]*"|'[^']*'|[^.\s]+/g) ?? [];
  return parts.length === at.length && parts.every((part, index) => unquoted(part) === String(at[index]));
}

function keyOf(line: string): string | null {
  const key = /^\s*("[^"]*"|'[^']*'|[\w-]+)\s*=/.exec(line)?.[1];
  return key === undefined ? null : unquoted(key);
}

function unquoted(text: string): string {
  return text.replace(/^(["'])(.*)\1$/, "$2");
}
