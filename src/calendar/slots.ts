/** The slots of a rule: what its sources give and its filters let through. */

import type { Times } from "../core/ports/timetable.ts";
import type { Filter } from "./filter.ts";
import type { Source } from "./source.ts";

/** How far from the first time on is looked for one that is let through. */
const HORIZON_MS = 40.1 * 365.25 * 86_400_000;

/** What a rule comes to. */
export interface SlotParts {
  readonly source: Source;
  readonly filters: readonly Filter[];
  readonly from: number | null;
  readonly until: number | null;
}

export function slotsOf({ source, filters, from, until }: SlotParts): Times {
  const first = from ?? -Infinity;
  const end = until ?? Infinity;

  const next = (after: number): number | null => {
    let at = Math.max(after, first - 1);
    let limit = end;
    for (let first = true;; first = false) {
      const slot = source.next(at);
      if (slot === null || slot > limit) return null;
      if (first) limit = Math.min(end, slot + HORIZON_MS);
      const open = latest(filters, slot);
      if (open === slot) return slot;
      if (open === null || open > limit) return null;
      at = open - 1;
    }
  };

  const last = (after: number, before: number): number | null => {
    let at = Math.min(before, end);
    while (true) {
      const slot = source.last(at);
      if (slot === null || slot <= after || slot < first) return null;
      const open = earliest(filters, slot);
      if (open === slot) return slot;
      if (open === null) return null;
      at = open;
    }
  };

  const within = (after: number, before: number, limit: number): readonly number[] => {
    const slots: number[] = [];
    for (let at = after; slots.length < limit;) {
      const slot = next(at);
      if (slot === null || slot > before) break;
      slots.push(slot);
      at = slot;
    }
    return slots;
  };

  return { next, within, last };
}

/** The instant itself when all filters let it through; else a later one before which no slot is let through. */
function latest(filters: readonly Filter[], instant: number): number | null {
  let open: number = instant;
  for (const filter of filters) {
    const from = filter.openFrom(open);
    if (from === null) return null;
    open = from;
  }
  return open;
}

function earliest(filters: readonly Filter[], instant: number): number | null {
  let open: number = instant;
  for (const filter of filters) {
    const until = filter.openUntil(open);
    if (until === null) return null;
    open = until;
  }
  return open;
}
