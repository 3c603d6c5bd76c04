/** The lines between two layers of a drawing. */

import type { Cell } from "./layers.ts";

/** Lines that carry the same thing: every source leads to every target. */
export interface Net {
  readonly sources: readonly number[];
  readonly targets: readonly number[];
  /** First and last column of its horizontal part. */
  readonly from: number;
  readonly to: number;
  /** Row of its horizontal part, from 0; -1 for one straight down. */
  track: number;
}

/**
 * Gives every line between a layer and the next its row, so that none runs along another.
 *
 * @returns `null` when two lines would each have to be above the other
 */
export function route(layer: readonly Cell[]): readonly Net[] | null {
  const nets = bundle(layer);
  const bent = nets.filter((net) => net.from !== net.to);
  const below = constraints(bent);
  const placed: Net[] = [];
  const open = new Set(bent);
  while (open.size > 0) {
    const next = [...open].find((net) => below.get(net)!.every((above) => !open.has(above)));
    if (next === undefined) return null;
    open.delete(next);
    next.track = Math.max(-1, ...below.get(next)!.map((above) => above.track)) + 1;
    while (placed.some((other) => other.track === next.track && touches(other, next))) next.track++;
    placed.push(next);
  }
  return nets;
}

/** Rows that the lines need: one more than the last track, and at least one. */
export function heightOf(nets: readonly Net[]): number {
  return Math.max(0, ...nets.map((net) => net.track)) + 1;
}

/** Cells with the very same children share their lines. */
function bundle(layer: readonly Cell[]): readonly Net[] {
  const bundles = new Map<string, Cell[]>();
  for (const cell of layer) {
    if (cell.children.length === 0) continue;
    const key = cell.children.map((child) => child.center).sort((a, b) => a - b).join();
    bundles.set(key, [...bundles.get(key) ?? [], cell]);
  }
  return [...bundles.values()].map((cells) => {
    const sources = cells.map((cell) => cell.center);
    const targets = cells[0]!.children.map((child) => child.center);
    const all = [...sources, ...targets];
    return { sources, targets, from: Math.min(...all), to: Math.max(...all), track: -1 };
  });
}

/** For each net, those that must run above it: they leave a column that this one enters. */
function constraints(nets: readonly Net[]): ReadonlyMap<Net, readonly Net[]> {
  return new Map(nets.map((net) => [
    net,
    nets.filter((other) => other !== net && other.sources.some((column) => net.targets.includes(column))),
  ]));
}

function touches(a: Net, b: Net): boolean {
  return a.from <= b.to + 1 && b.from <= a.to + 1;
}
