/** A graph as drawings see it: boxes and arrows, whatever they stand for. */

import type { Rule, Status } from "../../core/job.ts";

/** A box. */
export interface GraphNode {
  /** Unique in its graph. */
  readonly id: string;
  readonly label: string;
  /** Such as `command` or `module`. */
  readonly kind: string;
  /** How it stands, where it has been run. */
  readonly status?: Status;
}

/** An arrow from a parent to a child. */
export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  readonly on: Rule;
}

/** Nodes, parents before children, and edges between them. */
export interface Graph {
  readonly name: string;
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

/** For each node's id, the edges that lead to it. */
export function edgesInto(graph: Graph): ReadonlyMap<string, readonly GraphEdge[]> {
  const into = new Map<string, GraphEdge[]>(graph.nodes.map((node) => [node.id, []]));
  for (const edge of graph.edges) into.get(edge.to)?.push(edge);
  return into;
}

/** One JSON object of the graph, indented. */
export function toGraphJson(graph: Graph): string {
  return `${JSON.stringify(graph, null, 2)}\n`;
}
