/** Mermaid flowcharts: what GitHub, GitLab and many editors draw from text. */

import type { Graph, GraphNode } from "./graph.ts";

/** Shapes by kind; everything else is a rectangle. */
const SHAPES: Readonly<Record<string, readonly [string, string]>> = {
  module: ["([", "])"],
  function: ["([", "])"],
  http: ["{{", "}}"],
};

const STYLES: Readonly<Record<string, string>> = {
  completed: "fill:#d4edda,stroke:#28a745,color:#000",
  failed: "fill:#f8d7da,stroke:#dc3545,color:#000",
  running: "fill:#cce5ff,stroke:#007bff,color:#000",
  cancelled: "fill:#fff3cd,stroke:#b58900,color:#000",
  skipped: "fill:#eee,stroke:#999,color:#000",
};

/** Draws a graph as a Mermaid flowchart. */
export function toMermaid(graph: Graph): string {
  const ids = new Map(graph.nodes.map((node, index) => [node.id, `s${index}`]));
  const lines = ["flowchart TD", ...graph.nodes.map((node) => `  ${ids.get(node.id)}${box(node)}`)];
  for (const { from, to, on } of graph.edges) {
    const arrow = on === "success" ? "-->" : `-. ${on} .->`;
    lines.push(`  ${ids.get(from)} ${arrow} ${ids.get(to)}`);
  }
  for (const [status, style] of Object.entries(STYLES)) {
    const members = graph.nodes.filter((node) => node.status === status).map((node) => ids.get(node.id));
    if (members.length > 0) {
      lines.push(`  classDef ${status} ${style}`, `  class ${members.join(",")} ${status}`);
    }
  }
  return `${lines.join("\n")}\n`;
}

function box({ label, kind }: GraphNode): string {
  const [open, close] = SHAPES[kind] ?? ["[", "]"];
  return `${open}"${escape(label)}"${close}`;
}

/** Everything that Mermaid or the HTML it makes could read as its own, as a numeric entity. */
function escape(text: string): string {
  return text.replace(/[^\p{L}\p{N} _.,:/+-]/gu, (char) => `#${char.codePointAt(0)};`);
}
