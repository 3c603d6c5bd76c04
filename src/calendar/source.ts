/** Where slots come from, before any is left out. */

import type { CronPattern } from "./modules.ts";
import type { Zone } from "./zone.ts";

/** Instants in order, without end in both directions unless something bounds them. */
export interface Source {
  /** The first after an instant; `null` for none. */
  next(after: number): number | null;
  /** The last up to an instant, which counts; `null` for none. */
  last(until: number): number | null;
}

/** Slots in elapsed time. */
export function everySource(everyMs: number, anchor: number, first: 0 | 1): Source {
  const at = (n: number): number => anchor + n * everyMs;
  return {
    next: (after) => at(Math.max(first, Math.floor((after - anchor) / everyMs) + 1)),
    last: (until) => {
      const n = Math.floor((until - anchor) / everyMs);
      return n < first ? null : at(n);
    },
  };
}

/** The slots of a pattern in a zone. */
export function cronSource(pattern: CronPattern, zone: Zone): Source {
  return remembered(pattern.everyHour ? asHoursPass(pattern, zone) : onTheClock(pattern, zone));
}

/** Every wall time is one slot: of two the first, and of a skipped one the end of the gap, which several may share. */
function onTheClock(pattern: CronPattern, zone: Zone): Source {
  const instant = (wall: number | null): number | null => wall === null ? null : zone.instantOf(wall);
  return {
    next: (after) => instant(pattern.next(zone.shownBy(after))),
    last: (until) => instant(pattern.last(zone.shownBy(until))),
  };
}

/** Whenever clocks show it: twice in a repeated hour, never in a gap. */
function asHoursPass(pattern: CronPattern, zone: Zone): Source {
  return {
    next(after): number | null {
      for (let [from, span] = [after, zone.spanAt(after)];;) {
        const wall = pattern.next(from + span.offset);
        if (wall === null || wall - span.offset < span.end) return wall === null ? null : wall - span.offset;
        from = span.end - 1;
        span = zone.spanAt(span.end);
      }
    },
    last(until): number | null {
      for (let [from, span] = [until, zone.spanAt(until)];;) {
        const wall = pattern.last(from + span.offset);
        if (wall === null || wall - span.offset >= span.start) {
          return wall === null ? null : wall - span.offset;
        }
        from = span.start - 1;
        span = zone.spanAt(from);
      }
    },
  };
}

/** Answers again what it answered last, since who merges sources asks each of them at every slot of the others. */
function remembered(source: Source): Source {
  let [from, next] = [Infinity, -Infinity as number | null];
  return {
    next(after): number | null {
      if (after >= from && (next === null || after < next)) return next;
      next = source.next(after);
      from = after;
      return next;
    },
    last: source.last,
  };
}

/** The slots of several. */
export function merged(sources: readonly Source[]): Source {
  if (sources.length === 1) return sources[0]!;
  const pick = (times: (number | null)[], best: (a: number, b: number) => number): number | null =>
    times.reduce((a, b) => a === null ? b : b === null ? a : best(a, b), null);
  return {
    next: (after) => pick(sources.map((source) => source.next(after)), Math.min),
    last: (until) => pick(sources.map((source) => source.last(until)), Math.max),
  };
}
