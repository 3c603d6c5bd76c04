/** Where the boxes of a drawing go: layers from top to bottom, and columns within them. */

import { textWidth } from "../width.ts";
import { edgesInto, type Graph } from "./graph.ts";
import { nodeLabel } from "./label.ts";

/** A box, or with `label` absent a bend: the place where a long edge crosses a layer. */
export interface Cell {
  readonly label?: string;
  /** Index into the graph's nodes. */
  readonly node?: number;
  /** Columns, borders included. */
  readonly width: number;
  /** Column where edges meet it. */
  center: number;
  readonly parents: Cell[];
  readonly children: Cell[];
}

/** Blank columns between two boxes. */
const GAP = 3;
/** Passes over the layers, each a little better than the one before. */
const PASSES = 8;

/** Arranges a graph; the first layer holds the nodes without parents. */
export function arrange(graph: Graph): readonly (readonly Cell[])[] {
  const layers = build(graph);
  for (let pass = 0; pass < PASSES; pass++) sortLayers(layers, pass % 2 === 0);
  for (const layer of layers) spread(layer, layer.map(() => 0));
  for (let pass = 0; pass <= PASSES; pass++) alignLayers(layers, pass % 2 === 0);
  const left = Math.min(...layers.flat().map(leftOf));
  for (const cell of layers.flat()) cell.center -= left;
  return layers;
}

/** First column of a cell. */
export function leftOf(cell: Cell): number {
  return cell.center - Math.floor(cell.width / 2);
}

function build(graph: Graph): Cell[][] {
  const into = edgesInto(graph);
  const depth = new Map<string, number>();
  const layers: Cell[][] = [];
  const lines = new Map<string, Cell[]>();
  for (const [index, node] of graph.nodes.entries()) {
    const edges = into.get(node.id)!;
    const level = Math.max(-1, ...edges.map((edge) => depth.get(edge.from)!)) + 1;
    const label = nodeLabel(node, edges);
    const cell: Cell = {
      label,
      node: index,
      width: textWidth(label) + 4,
      center: 0,
      parents: [],
      children: [],
    };
    depth.set(node.id, level);
    (layers[level] ??= []).push(cell);
    lines.set(node.id, [cell]);
    for (const edge of edges) {
      connect(reach(lines.get(edge.from)!, layers, depth.get(edge.from)!, level), cell);
    }
  }
  return layers;
}

/** The end of a parent's line just above `level`, drawn down to there with bends that all its edges share. */
function reach(line: Cell[], layers: Cell[][], from: number, level: number): Cell {
  for (let at = from + line.length; at < level; at++) {
    const bend: Cell = { width: 1, center: 0, parents: [], children: [] };
    connect(line.at(-1)!, bend);
    layers[at]!.push(bend);
    line.push(bend);
  }
  return line[level - 1 - from]!;
}

function connect(parent: Cell, child: Cell): void {
  parent.children.push(child);
  child.parents.push(parent);
}

/** Sorts each layer by where its neighbours in the layer before stand: fewer crossings. */
function sortLayers(layers: Cell[][], down: boolean): void {
  const place = new Map<Cell, number>();
  for (const layer of down ? layers : layers.toReversed()) {
    const key = new Map(
      layer.map((cell, index) => [cell, mean(down ? cell.parents : cell.children, place) ?? index]),
    );
    layer.sort((a, b) => key.get(a)! - key.get(b)!);
    layer.forEach((cell, index) => place.set(cell, index));
  }
}

function mean(cells: readonly Cell[], place: ReadonlyMap<Cell, number>): number | undefined {
  if (cells.length === 0) return undefined;
  return cells.reduce((sum, cell) => sum + (place.get(cell) ?? 0), 0) / cells.length;
}

/** Moves each cell towards the middle of its neighbours, as far as its layer leaves room. */
function alignLayers(layers: readonly Cell[][], down: boolean): void {
  for (const layer of down ? layers : layers.toReversed()) {
    spread(layer, layer.map((cell) => middle(down ? cell.parents : cell.children) ?? cell.center));
  }
}

function middle(cells: readonly Cell[]): number | undefined {
  if (cells.length === 0) return undefined;
  return cells.reduce((sum, cell) => sum + cell.center, 0) / cells.length;
}

/**
 * Puts the cells of a layer as near to their wishes as their order and widths allow, in the sense of least
 * squares: wishes that collide are pooled and share the mean (isotonic regression).
 */
function spread(layer: readonly Cell[], wishes: readonly number[]): void {
  const offsets: number[] = [];
  const pools: { sum: number; count: number }[] = [];
  for (const [index, cell] of layer.entries()) {
    offsets.push(index === 0 ? 0 : offsets[index - 1]! + distance(layer[index - 1]!, cell));
    let pool = { sum: wishes[index]! - offsets[index]!, count: 1 };
    for (
      let last = pools.at(-1);
      last && last.sum / last.count > pool.sum / pool.count;
      last = pools.at(-1)
    ) {
      pool = { sum: pool.sum + last.sum, count: pool.count + last.count };
      pools.pop();
    }
    pools.push(pool);
  }
  const starts = pools.flatMap(({ sum, count }) => Array(count).fill(Math.round(sum / count)) as number[]);
  layer.forEach((cell, index) => cell.center = starts[index]! + offsets[index]!);
}

/** Between the centers of two neighbours. */
function distance(left: Cell, right: Cell): number {
  return left.width - Math.floor(left.width / 2) + GAP + Math.floor(right.width / 2);
}
