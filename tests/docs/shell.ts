/** The shell commands that pages show. */

/** Contents of fenced blocks of one language. */
export function fencedBlocks(markdown: string, language: string): string[] {
  const fence = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, "gm");
  return [...markdown.matchAll(fence)].map((match) => match[1]!);
}

/** The arguments of each `gigq …` in lines of shell: quotes honoured, comments and other programs left out. */
export function gigqCalls(shell: string): string[][] {
  return shell.split("\n").flatMap((line) => {
    const words = [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(([, a, b, c]) => a ?? b ?? c!);
    const comment = words.indexOf("#");
    const kept = comment < 0 ? words : words.slice(0, comment);
    const start = kept.indexOf("gigq");
    const isCall = start === 0 || kept[start - 1] === "|" || kept[start - 1] === "&&";
    return start >= 0 && isCall ? [kept.slice(start + 1)] : [];
  });
}
