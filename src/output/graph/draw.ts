/** A graph as boxes and lines for a terminal. */

import { paint, statusStyle } from "../color.ts";
import { Canvas, DOWN, UP } from "./canvas.ts";
import { heightOf, type Net, route } from "./channel.ts";
import type { Graph } from "./graph.ts";
import { arrange, type Cell, leftOf } from "./layers.ts";
import { drawTree } from "./tree.ts";

/** How to draw. */
export interface DrawOptions {
  /** Columns of the terminal; default 80. */
  readonly columns?: number;
  /** Whether to colour steps by their status. */
  readonly color?: boolean;
}

/** A drawing of more boxes is no help to anybody. */
const MOST_BOXES = 60;
/** Rows of a box. */
const BOX = 3;

/**
 * Draws a graph as boxes from top to bottom; where that is too wide or too tangled, as an indented tree.
 *
 * @returns Lines that fit `columns`, each ending in a newline
 */
export function drawGraph(graph: Graph, { columns = 80, color = false }: DrawOptions = {}): string {
  const boxes = graph.nodes.length <= MOST_BOXES ? drawBoxes(graph, columns, color) : null;
  return boxes ?? drawTree(graph, columns, color);
}

function drawBoxes(graph: Graph, columns: number, color: boolean): string | null {
  const layers = arrange(graph);
  const width = Math.max(...layers.flat().map((cell) => leftOf(cell) + cell.width));
  if (width > columns) return null;
  const canvas = new Canvas();
  let row = 0;
  for (const layer of layers) {
    for (const cell of layer) drawCell(canvas, row, cell, graph, color);
    const nets = route(layer);
    if (nets === null) return null;
    row += BOX;
    // Straight lines alone need no room: the boxes stand close.
    const height = nets.some((net) => net.track >= 0) ? heightOf(nets) : 0;
    nets.forEach((net, index) => drawNet(canvas, row, height, net, index));
    row += height;
  }
  return canvas.toString();
}

/** Marks of all boxes share one number: they never cross. */
const FRAME = -1;

function drawCell(canvas: Canvas, row: number, cell: Cell, graph: Graph, color: boolean): void {
  if (cell.label === undefined) {
    for (let line = row; line < row + BOX; line++) canvas.mark(line, cell.center, UP | DOWN, FRAME);
    return;
  }
  const left = leftOf(cell);
  const right = left + cell.width - 1;
  canvas.horizontal(row, left, right, FRAME);
  canvas.horizontal(row + 2, left, right, FRAME);
  canvas.vertical(left, row, row + 2, FRAME);
  canvas.vertical(right, row, row + 2, FRAME);
  if (cell.parents.length > 0) canvas.mark(row, cell.center, UP, FRAME);
  if (cell.children.length > 0) canvas.mark(row + 2, cell.center, DOWN, FRAME);
  const { status } = graph.nodes[cell.node!]!;
  const text = paint(cell.label, status && statusStyle(status), color);
  canvas.label(row + 1, left + 2, text, cell.width - 4);
}

function drawNet(canvas: Canvas, top: number, height: number, net: Net, index: number): void {
  if (height === 0) return;
  const bottom = top + height - 1;
  if (net.track < 0) {
    for (let row = top; row <= bottom; row++) canvas.mark(row, net.from, UP | DOWN, index);
    return;
  }
  const middle = top + net.track;
  canvas.horizontal(middle, net.from, net.to, index);
  for (const column of net.sources) {
    canvas.vertical(column, top, middle, index);
    canvas.mark(top, column, UP, index);
  }
  for (const column of net.targets) {
    canvas.vertical(column, middle, bottom, index);
    canvas.mark(bottom, column, DOWN, index);
  }
}
