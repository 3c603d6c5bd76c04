/** Whether the runs of a schedule would get into each other's way. Pure. */

import { BOUNDS } from "../../core/bounds.ts";
import type { Overlap } from "../../core/schedule.ts";
import type { OverlapForecast } from "./types.ts";

/**
 * Foretells what becomes of slots when every run takes as long as the typical one did.
 *
 * @param slots Oldest first
 * @param typicalMs `null` when nothing is known: then no run is in the way of another
 */
export function forecast(
  name: string,
  overlap: Overlap,
  slots: readonly number[],
  typicalMs: number | null,
): OverlapForecast {
  const counts = { during: 0, skipped: 0, queued: 0, cancelled: 0, longestWaitMs: 0 };
  if (typicalMs !== null) { for (const slot of foretell(overlap, slots, typicalMs)) add(counts, slot); }
  return { name, overlap, typicalMs, slots: slots.length, ...counts };
}

type Counts = { -readonly [K in "during" | "skipped" | "queued" | "cancelled" | "longestWaitMs"]: number };

/** What becomes of one slot that comes while a run is open. */
type Meeting = { readonly as: "skipped" | "queued" | "cancelled" | "during"; readonly waitMs: number };

function add(counts: Counts, { as, waitMs }: Meeting): void {
  counts.during++;
  if (as !== "during") counts[as]++;
  counts.longestWaitMs = Math.max(counts.longestWaitMs, waitMs);
}

function* foretell(overlap: Overlap, slots: readonly number[], typicalMs: number): Generator<Meeting> {
  /** When the run that was started or queued last ends. */
  let free = -Infinity;
  /** When it starts: later than the slot that is looked at while it waits. */
  let start = -Infinity;
  for (const slot of slots) {
    const isFree = slot >= free;
    if (isFree || overlap === "allow" || overlap === "cancel-previous") {
      if (!isFree) yield { as: overlap === "allow" ? "during" : "cancelled", waitMs: 0 };
      [start, free] = [slot, slot + typicalMs];
      continue;
    }
    // Those that wait start one after the other, each a run later.
    const waiting = start <= slot ? 0 : Math.floor((start - slot - 1) / typicalMs) + 1;
    const most = overlap === "skip" ? 0 : overlap === "queue-one" ? 1 : BOUNDS.queuedSlots;
    if (waiting >= most) {
      yield { as: "skipped", waitMs: 0 };
    } else {
      [start, free] = [free, free + typicalMs];
      yield { as: "queued", waitMs: start - slot };
    }
  }
}

/** The median; `null` of nothing. */
export function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : Math.round((sorted[middle - 1]! + sorted[middle]!) / 2);
}
