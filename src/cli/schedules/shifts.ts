/** What changes of clocks do to slots. */

import type { TimeRule } from "../../core/schedule.ts";
import type { Timetable } from "../../core/ports/timetable.ts";

/** A change of clocks that bears on a slot. */
export interface Shift {
  /**
   * `moved`: clocks skip its time, and it comes when they go on · `first`: they show its time twice, and it is the first ·
   * `second`: it comes in both.
   */
  readonly kind: "moved" | "first" | "second";
  /** Of what is moved: the times that clocks skip, such as `02:30`. */
  readonly skipped: readonly string[];
}

/** Wall times looked at within one gap. */
const SHOWN = 3;

/** Finds the shifts of one rule's slots. */
export async function shiftsOf(
  rule: TimeRule,
  timetable: Timetable,
): Promise<(slot: number) => Shift | null> {
  // Read in UTC, the rule gives what clocks would show: there no time is left out.
  const walls = rule.cron.length + rule.on.length === 0 ? null : await timetable.times({
    ...rule,
    zone: "UTC",
    everyMs: null,
    except: [],
    only: [],
    from: null,
    until: null,
  });
  const { zone } = rule;
  return (slot) => {
    if (walls === null) return null;
    const wall = wallAt(slot, zone);
    const passes = passesOf(slot, zone);
    if (passes !== null) return { kind: passes, skipped: [] };
    const before = wallAt(slot - 1, zone);
    if (wall - before <= 1) return null;
    const own = walls.within(wall - 1, wall, 1).length > 0;
    if (own) return null;
    const skipped = walls.within(before, wall - 1, SHOWN).map(clockText);
    return skipped.length === 0 ? null : { kind: "moved", skipped };
  };
}

/** What a shift means, for people: `moved from 02:30, which clocks skip`. */
export function shiftText(shift: Shift | null): string | null {
  switch (shift?.kind) {
    case undefined:
      return null;
    case "moved":
      return `moved: clocks skip ${shift.skipped.join(" and ")}`;
    case "first":
      return "first of two: clocks go back";
    case "second":
      return "second of two: clocks went back";
  }
}

/** What clocks show, written as milliseconds as if it were UTC. */
function wallAt(ms: number, zone: string): number {
  return ms + Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone).offsetNanoseconds / 1e6;
}

function passesOf(ms: number, zone: string): "first" | "second" | null {
  const plain = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone).toPlainDateTime();
  const [first, second] = (["earlier", "later"] as const).map((disambiguation) =>
    plain.toZonedDateTime(zone, { disambiguation }).epochMilliseconds
  );
  if (first === second) return null;
  return ms === first ? "first" : "second";
}

function clockText(wall: number): string {
  const text = new Date(wall).toISOString().slice(11, 19);
  return text.endsWith(":00") ? text.slice(0, 5) : text;
}
