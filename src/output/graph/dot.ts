/** Graphviz. */

import type { Graph } from "./graph.ts";

const SHAPES: Readonly<Record<string, string>> = { module: "ellipse", function: "ellipse", http: "hexagon" };

const FILLS: Readonly<Record<string, string>> = {
  completed: "#d4edda",
  failed: "#f8d7da",
  running: "#cce5ff",
  cancelled: "#fff3cd",
  skipped: "#eeeeee",
};

/** Draws a graph in the DOT language: `gigq workflow graph f.yaml --format dot | dot -Tsvg`. */
export function toDot(graph: Graph): string {
  const lines = [`digraph ${quote(graph.name)} {`, "  node [shape=box, style=filled, fillcolor=white];"];
  for (const { id, label, kind, status } of graph.nodes) {
    const attributes = [`label=${quote(label)}`];
    if (kind in SHAPES) attributes.push(`shape=${SHAPES[kind]}`);
    if (status !== undefined && status in FILLS) attributes.push(`fillcolor=${quote(FILLS[status]!)}`);
    lines.push(`  ${quote(id)} [${attributes.join(", ")}];`);
  }
  for (const { from, to, on } of graph.edges) {
    const rule = on === "success" ? "" : ` [label=${quote(on)}, style=dashed]`;
    lines.push(`  ${quote(from)} -> ${quote(to)}${rule};`);
  }
  return `${lines.join("\n")}\n}\n`;
}

function quote(text: string): string {
  return `"${text.replace(/\\/g, "\\\\").replace(/"/g, '\\"').replace(/\r?\n/g, "\\n")}"`;
}
