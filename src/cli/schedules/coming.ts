/** Times to come, of one rule, with all that is to be said of each. */

import { explainRule } from "../../calendar/timetable.ts";
import type { TimeRule } from "../../core/schedule.ts";

/** A time to come. */
export interface Coming {
  /** Name of the schedule; `null` for one that is only tried out. */
  readonly name: string | null;
  readonly at: number;
  readonly zone: string;
  /** What a change of clocks did to it; `null` for nothing. */
  readonly shift: string | null;
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
/** Times that are left out, told of one rule. */
const LEFT_OUT = 10_000;

/**
 * Completes slots.
 *
 * @param after Where the first was looked for
 * @param verbose With times that filters leave out
 * @param limit Of these at most so many, when no slot says how far to look
 */
export async function comingOf(
  { name, rule, slots }: Upcoming,
  after: number,
  { verbose, limit }: { readonly verbose: boolean; readonly limit: number },
): Promise<readonly Coming[]> {
  const { zone } = rule;
  const explained = await explainRule(rule);
  const coming = slots.map((at): Coming => ({ name, at, zone, shift: explained.shift(at), leftOut: null }));
  if (!verbose) return coming;
  const last = slots.at(-1);
  const out = explained.leftOut(after, last ?? after + REACH_MS, last === undefined ? limit : LEFT_OUT)
    .map(({ slot, reason }): Coming => ({ name, at: slot, zone, shift: null, leftOut: reason }));
  return inOrder([...coming, ...out]);
}

/** By time, then by name. */
export function inOrder(coming: readonly Coming[]): readonly Coming[] {
  return [...coming].sort((a, b) => a.at - b.at || (a.name ?? "").localeCompare(b.name ?? ""));
}
