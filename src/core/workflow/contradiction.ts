/** Steps that can never run, because what they wait for excludes itself. */

import type { Rule } from "../job.ts";

/** A step as this check sees it: its edges, by index. */
export interface RuledNode {
  readonly after: readonly { readonly parent: number; readonly on: Rule }[];
  /** It can fail without having run, by expiring; then its failure says nothing about its own parents. */
  readonly expires: boolean;
}

/**
 * Finds steps that need one and the same step to succeed and to fail, directly or through steps between.
 * Linear for usual graphs: only below a `failure` edge, and only where paths meet again, is there work to do.
 *
 * @returns Pairs: the step that cannot run, and the step it expects both of
 */
export function contradictions(
  nodes: readonly RuledNode[],
): readonly { readonly node: number; readonly of: number }[] {
  const found = new Map<number, number>();
  const { bySuccess, byFailure, needing } = edgesOf(nodes);
  for (const [of, failures] of byFailure) {
    const afterFailure = closure(failures, needing);
    const joins = [...afterFailure].some((node) => nodes[node]!.after.length > 1);
    if (!joins) continue;
    for (const node of closure(bySuccess.get(of) ?? [], needing)) {
      if (afterFailure.has(node) && !found.has(node)) found.set(node, of);
    }
  }
  return firstOnly(nodes, found);
}

interface Edges {
  /** For each step, the children that need it to succeed. */
  readonly bySuccess: ReadonlyMap<number, readonly number[]>;
  readonly byFailure: ReadonlyMap<number, readonly number[]>;
  /** For each step, the children that can only run if it ran itself. */
  readonly needing: ReadonlyMap<number, readonly number[]>;
}

function edgesOf(nodes: readonly RuledNode[]): Edges {
  const edges = { bySuccess: new Map(), byFailure: new Map(), needing: new Map() };
  const add = (map: Map<number, number[]>, parent: number, child: number): void => {
    const list = map.get(parent);
    if (list === undefined) map.set(parent, [child]);
    else list.push(child);
  };
  for (const [child, node] of nodes.entries()) {
    for (const { parent, on } of node.after) {
      if (on === "finished") continue;
      add(on === "success" ? edges.bySuccess : edges.byFailure, parent, child);
      if (on === "success" || !nodes[parent]!.expires) add(edges.needing, parent, child);
    }
  }
  return edges;
}

function closure(from: readonly number[], children: ReadonlyMap<number, readonly number[]>): Set<number> {
  const reached = new Set(from);
  for (const node of reached) children.get(node)?.forEach((child) => reached.add(child));
  return reached;
}

/** A step below one that cannot run cannot run either; only the first of them is worth a message. */
function firstOnly(
  nodes: readonly RuledNode[],
  found: ReadonlyMap<number, number>,
): readonly { readonly node: number; readonly of: number }[] {
  return [...found].sort(([a], [b]) => a - b)
    .filter(([node, of]) =>
      !nodes[node]!.after.some(({ parent, on }) => on !== "finished" && found.get(parent) === of)
    )
    .map(([node, of]) => ({ node, of }));
}
