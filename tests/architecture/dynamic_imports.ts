/** Finds imports whose target only the running program knows: `deno info` and `deno compile` do not see them. */

/** Comments hold examples; templates and strings that hold `import(` do not occur in `src`. */
function withoutComments(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|[^:"'`])\/\/.*$/gm, "$1");
}

/** How many `import(…)` of this source name no literal. */
export function countUnanalysable(source: string): number {
  return [...withoutComments(source).matchAll(/(?<![.#\w])import\(\s*(?!["'][^"'`$]*["']\s*[,)])/g)].length;
}
