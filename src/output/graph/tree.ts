/** A graph as an indented list: for what is too wide to draw. */

import { paint, statusStyle } from "../color.ts";
import { escapeLine } from "../escape.ts";
import { cutText } from "../width.ts";
import { edgesInto, type Graph, type GraphNode } from "./graph.ts";
import { nodeLabel } from "./label.ts";

/** Columns of one level. */
const INDENT = 3;

interface Branch {
  readonly node: GraphNode;
  readonly text: string;
  readonly children: Branch[];
}

/**
 * Writes each node once, under its parent. One with several parents, or too deep for the width, begins a line of
 * its own and names them: `report ← load, parse`.
 */
export function drawTree(graph: Graph, columns: number, color: boolean): string {
  const roots = grow(graph, Math.max(1, Math.floor(columns / 2 / INDENT)));
  const lines: string[] = [];
  const write = (branch: Branch, first: string, rest: string): void => {
    const { status } = branch.node;
    const text = cutText(`${first}${branch.text}`, columns).slice(first.length);
    lines.push(first + paint(text, status && statusStyle(status), color));
    branch.children.forEach((child, index) => {
      const last = index === branch.children.length - 1;
      write(child, `${rest}${last ? "└─ " : "├─ "}`, `${rest}${last ? "   " : "│  "}`);
    });
  };
  for (const root of roots) write(root, "", "");
  return lines.map((line) => `${line}\n`).join("");
}

/** Nodes come parents first, so each finds its parent's branch grown already. */
function grow(graph: Graph, deepest: number): readonly Branch[] {
  const into = edgesInto(graph);
  const labels = new Map(graph.nodes.map((node) => [node.id, escapeLine(node.label)]));
  const branches = new Map<string, { readonly branch: Branch; readonly depth: number }>();
  const roots: Branch[] = [];
  for (const node of graph.nodes) {
    const edges = into.get(node.id)!;
    const parent = edges.length === 1 ? branches.get(edges[0]!.from) : undefined;
    const under = parent !== undefined && parent.depth < deepest ? parent : undefined;
    const from = under === undefined && edges.length > 0
      ? ` ← ${edges.map((edge) => labels.get(edge.from)).join(", ")}`
      : "";
    const branch: Branch = { node, text: nodeLabel(node, edges) + from, children: [] };
    branches.set(node.id, { branch, depth: under === undefined ? 0 : under.depth + 1 });
    (under?.branch.children ?? roots).push(branch);
  }
  return roots;
}
