/** The module graph of this repository, as `deno info --json` tells it. */

import { mapFlags } from "../../scripts/registry.ts";
import { testRegistry } from "./test_registry.ts";

/** One import of one of our modules. */
export interface Edge {
  /** Path from the root of the repository. */
  readonly from: string;
  /** As written. */
  readonly specifier: string;
  /** Path from the root where it is one of ours, else the resolved address. */
  readonly to: string;
  readonly dynamic: boolean;
  /** Of types alone: a running program does not load it. */
  readonly isType: boolean;
}

interface InfoModule {
  readonly specifier: string;
  readonly dependencies?: readonly {
    readonly specifier: string;
    readonly isDynamic?: boolean;
    readonly code?: { readonly specifier?: string };
    readonly type?: { readonly specifier?: string };
  }[];
}

/** The root of the repository, as an address that ends with a slash. */
export const ROOT = new URL("../../", import.meta.url).href;

/** What `deno info` knows about the modules below `entry` (type imports included). */
export async function edgesBelow(entry: string): Promise<Edge[]> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", ...mapFlags(testRegistry()), entry],
    cwd: new URL(ROOT),
  }).output();
  if (code !== 0) throw new Error(`deno info ${entry} failed: ${new TextDecoder().decode(stderr)}`);
  const { modules } = JSON.parse(new TextDecoder().decode(stdout)) as { modules: InfoModule[] };
  return modules.filter((module) => module.specifier.startsWith(ROOT)).flatMap(edgesOf);
}

/** Of the edges below `entry` those that a running program follows, dynamic ones included. */
export function loaded(entry: string, edges: readonly Edge[]): Edge[] {
  const code = Map.groupBy(edges.filter((edge) => !edge.isType), (edge) => edge.from);
  const reached = new Set([entry]);
  // A set is walked to its end, what is added meanwhile included.
  for (const path of reached) for (const { to } of code.get(path) ?? []) reached.add(to);
  return [...reached].flatMap((path) => code.get(path) ?? []);
}

function edgesOf(module: InfoModule): Edge[] {
  return (module.dependencies ?? []).map((dependency) => ({
    from: ours(module.specifier),
    specifier: dependency.specifier,
    to: ours(dependency.code?.specifier ?? dependency.type?.specifier ?? dependency.specifier),
    dynamic: dependency.isDynamic ?? false,
    isType: dependency.code === undefined,
  }));
}

function ours(specifier: string): string {
  return specifier.startsWith(ROOT) ? specifier.slice(ROOT.length) : specifier;
}
