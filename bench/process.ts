/** Child processes of the bench. */

import type { Figures } from "./measure.ts";

const ROOT = new URL("../", import.meta.url);

/** Options that make a child find the same libraries as `deno task`. */
export const DENO_FLAGS: readonly string[] = [
  "-A",
  "--import-map=npm/import_map.json",
  "--lock=npm/deno.lock",
  "--frozen",
];

/** Runs a program from the root of the repository and returns what it printed. */
export async function capture(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const output = await new Deno.Command(program, { args: [...args], cwd: ROOT, env, stdin: "null" }).output();
  const text = new TextDecoder();
  if (!output.success) throw new Error(`${program} ${args.join(" ")} failed: ${text.decode(output.stderr)}`);
  return text.decode(output.stdout);
}

/** One round of one of our measures, in a process of its own. */
export async function runOurs(name: string, size: number, backend: string): Promise<Figures> {
  const args = ["run", "--quiet", ...DENO_FLAGS, "bench/child.ts", name, `${size}`, backend];
  return JSON.parse(await capture(Deno.execPath(), args));
}
