/** The source files of this repository, found by walking it. */

const SKIPPED = new Set(["node_modules", "dist", "coverage"]);

/** Paths below `root` with forward slashes, sorted; folders named with a dot are left out. */
export function sourceFiles(root: string, extension = ".ts"): string[] {
  const found: string[] = [];
  walk(root, "", extension, found);
  return found.sort();
}

function walk(root: string, below: string, extension: string, found: string[]): void {
  for (const entry of Deno.readDirSync(`${root}/${below}`)) {
    const path = below === "" ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory) {
      if (!entry.name.startsWith(".") && !SKIPPED.has(entry.name)) walk(root, path, extension, found);
    } else if (entry.name.endsWith(extension)) {
      found.push(path);
    }
  }
}
