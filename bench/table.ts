/** The table at the end: one line for each row and peer. */

import type { Figures, Row, Target } from "./measure.ts";
import type { Result } from "./run.ts";
import { median } from "./timing.ts";

const HEADER = ["measure", "backend", "GigQ", "peer", "peer's", "ratio", "target"];

/** Medians of all rounds, and the median of the rounds' ratios, ours by theirs. */
export function formatTable(results: readonly Result[]): string {
  const lines = [HEADER, ...results.flatMap(linesOf)];
  const widths = HEADER.map((_, column) => Math.max(...lines.map((line) => [...line[column]!].length)));
  return lines.map((line) =>
    line.map((cell, column) => pad(cell, column, widths)).join("  ").trimEnd() + "\n"
  )
    .join("");
}

function pad(cell: string, column: number, widths: readonly number[]): string {
  const isText = [0, 1, 3, 6].includes(column);
  return isText ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!);
}

function linesOf(result: Result): string[][] {
  return result.measure.rows.flatMap((row) => {
    const own = median(figuresOf(result.ours, row));
    const start = [row.label(result.size, result.backend), result.backend, format(row, own)];
    const peers = [...result.peers].filter(([, rounds]) => rounds.length === 0 || row.key in rounds[0]!);
    if (peers.length === 0) return [[...start, "", "", "", verdict(findTarget(result, row), own)]];
    return peers.map(([peer, rounds]) => [...start, peer, ...compare(result, row, peer, rounds)]);
  });
}

function compare(result: Result, row: Row, peer: string, rounds: readonly Figures[]): string[] {
  const own = figuresOf(result.ours, row);
  const target = findTarget(result, row, peer);
  if (rounds.length === 0) return ["peer missing", "", ""];
  const theirs = figuresOf(rounds, row);
  const ratio = median(own.map((value, round) => value / theirs[round]!));
  const judged = target?.peer === undefined ? median(own) : ratio;
  return [format(row, median(theirs)), `${ratio.toPrecision(3)} ×`, verdict(target, judged)];
}

function figuresOf(rounds: readonly Figures[], row: Row): number[] {
  return rounds.map((round) => round[row.key]!);
}

function findTarget({ measure, backend }: Result, row: Row, peer?: string): Target | undefined {
  return measure.targets?.find((target) =>
    target.row === row.key && (target.backend ?? backend) === backend &&
    (target.peer === undefined || target.peer === peer)
  );
}

function verdict(target: Target | undefined, value: number): string {
  if (target === undefined) return "";
  const { least, most } = target;
  const met = value >= (least ?? -Infinity) && value <= (most ?? Infinity);
  return `${least === undefined ? `≤ ${most}` : `≥ ${least}`} ${met ? "met" : "missed"}`;
}

function format(row: Row, value: number): string {
  if (row.unit === "/s") return `${Math.round(value).toLocaleString("en-US")}/s`;
  return `${value.toPrecision(3)} ${row.unit}`;
}
