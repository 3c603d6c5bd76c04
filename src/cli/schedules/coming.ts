/** Times to come, of one rule, with all that is to be said of each. */

import { timetable } from "../../calendar/timetable.ts";
import type { TimeRule } from "../../core/schedule.ts";
import { leftOut } from "./left_out.ts";
import { type Shift, shiftsOf } from "./shifts.ts";

/** A time to come. */
export interface Coming {
  /** Name of the schedule; `null` for one that is only tried out. */
  readonly name: string | null;
  readonly at: number;
  readonly zone: string;
  readonly shift: Shift | null;
  /** Why it is left out; `null`: it is not. */
  readonly leftOut: string | null;
}

/** A rule and its next slots. */
export interface Upcoming {
  readonly name: string | null;
  readonly rule: TimeRule;
  readonly slots: readonly number[];
}

/** How far times that are left out are looked for when there are no others. */
const REACH_MS = 366 * 86_400_000;

/**
 * Completes slots.
 *
 * @param after Where the first was looked for
 * @param verbose With times that filters leave out
 * @param limit At most so many, when no slot says how far to look
 */
export async function comingOf(
  { name, rule, slots }: Upcoming,
  after: number,
  { verbose, limit }: { readonly verbose: boolean; readonly limit: number },
): Promise<readonly Coming[]> {
  const { zone } = rule;
  const shift = await shiftsOf(rule, timetable);
  const coming = slots.map((at): Coming => ({ name, at, zone, shift: shift(at), leftOut: null }));
  if (!verbose) return coming;
  const end = slots.at(-1) ?? after + REACH_MS;
  const out = (await leftOut(rule, timetable, after, end)).map(({ at, why }): Coming => ({
    name,
    at,
    zone,
    shift: null,
    leftOut: why,
  }));
  return inOrder([...coming, ...slots.length === 0 ? out.slice(0, limit) : out]);
}

/** By time, then by name. */
export function inOrder(coming: readonly Coming[]): readonly Coming[] {
  return [...coming].sort((a, b) => a.at - b.at || (a.name ?? "").localeCompare(b.name ?? ""));
}
