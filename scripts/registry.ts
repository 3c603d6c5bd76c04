/** Where libraries come from: the npm registry (default) or JSR. See `docs/architecture.md`, "Two registries". */

/** The two sources. */
export type Registry = "npm" | "jsr";

/** Reads `--registry=jsr` out of a script's arguments; the rest stays in order. */
export function takeRegistry(args: readonly string[]): { registry: Registry; rest: string[] } {
  const rest = args.filter((arg) => !arg.startsWith("--registry="));
  const given = args.find((arg) => arg.startsWith("--registry="))?.slice("--registry=".length) ?? "npm";
  if (given !== "npm" && given !== "jsr") throw new Error(`Registry "${given}" is neither npm nor jsr`);
  return { registry: given, rest };
}

/** Options for `deno run`, `check`, `test`, `doc` and `compile` that select the source, and pin what npm gives. */
export function registryFlags(registry: Registry): string[] {
  return registry === "npm"
    ? ["--import-map=npm/import_map.json", "--lock=npm/deno.lock", "--frozen"]
    : ["--no-lock"];
}

/** The same without the pins: for looking at the graph of modules. */
export function mapFlags(registry: Registry): string[] {
  return registry === "npm" ? ["--import-map=npm/import_map.json", "--no-lock"] : ["--no-lock"];
}

/** The parser adapter whose library the other source does not have; type-checking leaves it out. */
export function foreignParser(registry: Registry): string {
  return registry === "npm" ? "src/cli/parser/cliffy.ts" : "src/cli/parser/gunshi.ts";
}
