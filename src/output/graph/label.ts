/** What stands in the box of a node on a terminal. */

import type { Status } from "../../core/job.ts";
import { escapeLine } from "../escape.ts";
import type { GraphEdge, GraphNode } from "./graph.ts";

const SYMBOLS: Readonly<Record<Status, string>> = {
  blocked: "○",
  scheduled: "◷",
  ready: "○",
  running: "●",
  completed: "✓",
  failed: "✗",
  cancelled: "⊘",
  skipped: "–",
};

/** The sign of a status. */
export function statusSymbol(status: Status): string {
  return SYMBOLS[status];
}

/**
 * Symbol and name, and by which rule it runs where that is not success.
 *
 * @param into The edges that lead to the node
 */
export function nodeLabel(node: GraphNode, into: readonly GraphEdge[]): string {
  const symbol = node.status === undefined ? "" : `${SYMBOLS[node.status]} `;
  return `${symbol}${escapeLine(node.label)}${describeRules(into)}`;
}

function describeRules(into: readonly GraphEdge[]): string {
  const rules = new Set(into.map((edge) => edge.on));
  if (rules.size === 0 || (rules.size === 1 && rules.has("success"))) return "";
  if (rules.size === 1) return ` (on ${[...rules][0]})`;
  const special = into.filter((edge) => edge.on !== "success");
  return ` (${special.map((edge) => `${escapeLine(edge.from)}: ${edge.on}`).join(", ")})`;
}
