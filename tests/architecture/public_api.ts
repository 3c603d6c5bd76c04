/** The public names of a module, as `deno doc --json` lists them. */

import { mapFlags } from "../../scripts/registry.ts";
import { ROOT } from "./graph.ts";
import { testRegistry } from "./test_registry.ts";

interface Doc {
  readonly nodes: Readonly<
    Record<
      string,
      { readonly symbols?: readonly { name: string; declarations: readonly { kind: string }[] }[] }
    >
  >;
}

/** One line a name, such as `class JobQueue`, sorted by name. */
export async function publicNames(entry: string): Promise<string[]> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["doc", "--json", ...mapFlags(testRegistry()), entry],
    cwd: new URL(ROOT),
  }).output();
  if (code !== 0) throw new Error(`deno doc ${entry} failed: ${new TextDecoder().decode(stderr)}`);
  const { nodes } = JSON.parse(new TextDecoder().decode(stdout)) as Doc;
  const symbols = Object.values(nodes).flatMap((node) => node.symbols ?? []);
  return symbols.map(({ name, declarations }) => [name, `${declarations[0]!.kind} ${name}`] as const)
    .sort(([a], [b]) => a < b ? -1 : 1)
    .map(([, line]) => line);
}
