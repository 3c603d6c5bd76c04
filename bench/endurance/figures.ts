/** What samples come to. Pure. */

import type { Sample } from "./worker.ts";

/** A second of the load: a sample of each worker, and the size of the write-ahead log. */
export interface Moment {
  readonly atMs: number;
  readonly walBytes: number;
  readonly workers: readonly Sample[];
}

/** What is reported, in the units of the names. */
export interface Endurance {
  readonly seconds: number;
  readonly jobsDone: number;
  readonly claims: number;
  readonly rssStartMb: number;
  readonly rssEndMb: number;
  /** Of the line through the memory of all workers in the second half, in which nothing warms up any more. */
  readonly rssSlopeMbPerMinute: number;
  readonly walMaxMb: number;
  readonly claimP99FirstMs: number;
  readonly claimP99LastMs: number;
  readonly claimP99Ratio: number;
}

const MB = 1_000_000;
const MINUTE = 60_000;

/** Compares the first minute with the last one; with the first and last third where there is less. */
export function enduranceOf(moments: readonly Moment[]): Endurance {
  const [first, last] = [moments[0]!, moments.at(-1)!];
  const span = last.atMs - first.atMs;
  const part = Math.min(MINUTE, span / 3);
  const warm = moments.filter(({ atMs }) => atMs >= first.atMs + span / 2);
  const claims = (from: number, to: number): number[] =>
    moments.filter(({ atMs }) => atMs >= from && atMs <= to).flatMap(({ workers }) =>
      workers.flatMap(({ claimMs }) => claimMs)
    );
  const firstP99 = percentile(claims(first.atMs, first.atMs + part), 0.99);
  const lastP99 = percentile(claims(last.atMs - part, last.atMs), 0.99);
  const memory = warm.map((moment): [number, number] => [moment.atMs / MINUTE, rssMb(moment)]);
  return {
    seconds: span / 1_000,
    jobsDone: sum(last.workers.map(({ done }) => done)),
    claims: claims(-Infinity, Infinity).length,
    rssStartMb: rssMb(warm[0]!),
    rssEndMb: rssMb(last),
    rssSlopeMbPerMinute: slope(memory),
    walMaxMb: Math.max(...moments.map(({ walBytes }) => walBytes)) / MB,
    claimP99FirstMs: firstP99,
    claimP99LastMs: lastP99,
    claimP99Ratio: lastP99 / firstP99,
  };
}

function rssMb({ workers }: Moment): number {
  return sum(workers.map(({ rssBytes }) => rssBytes)) / MB;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** The value below which this share lies; `NaN` without values. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

/** Of the line of least squares through points. */
export function slope(points: readonly (readonly [number, number])[]): number {
  const meanX = sum(points.map(([x]) => x)) / points.length;
  const meanY = sum(points.map(([, y]) => y)) / points.length;
  const above = sum(points.map(([x, y]) => (x - meanX) * (y - meanY)));
  return above / sum(points.map(([x]) => (x - meanX) ** 2));
}
