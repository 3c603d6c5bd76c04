/** Fits text for people into columns. */

/** Breaks a text at spaces so that no line is longer than `width`; words longer than that stay whole. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/).filter((part) => part !== "")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return line === "" ? lines : [...lines, line];
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
    const lines = wrap(text, Math.max(20, width - indent.length));
    const first = key.length <= left ? `  ${key.padEnd(left)}  ` : `  ${key}\n${indent}`;
    return `${first}${lines.join(`\n${indent}`)}`.trimEnd() + "\n";
  }).join("");
}
