/** Times that filters leave out, and which filter does. */

import type { Timetable } from "../../core/ports/timetable.ts";
import type { TimeRule } from "../../core/schedule.ts";

/** A time that is none, but would be without a filter. */
export interface LeftOut {
  readonly at: number;
  /** For people: `not between 08:00-18:00`, `in holidays.ics`. */
  readonly why: string;
}

/** Times looked at within one range. */
const LOOKED_AT = 10_000;

/** Times of a range that filters leave out, oldest first. */
export async function leftOut(
  rule: TimeRule,
  timetable: Timetable,
  after: number,
  until: number,
): Promise<readonly LeftOut[]> {
  const bare = { ...rule, between: [], except: [], only: [] };
  const [all, kept, ...filters] = await Promise.all([
    timetable.times(bare),
    timetable.times(rule),
    ...filtersOf(rule).map(async ({ part, why }) => {
      return { times: await timetable.times({ ...bare, ...part }), why };
    }),
  ]);
  return all.within(after, until, LOOKED_AT)
    .filter((at) => kept.within(at - 1, at, 1).length === 0)
    .map((at) => ({
      at,
      why: filters.find(({ times }) => times.within(at - 1, at, 1).length === 0)?.why ?? "left out",
    }));
}

/** Each filter alone. */
function filtersOf(
  { between, except, only }: TimeRule,
): readonly { readonly part: Partial<TimeRule>; readonly why: string }[] {
  return [
    ...between.length === 0 ? [] : [{ part: { between }, why: `not between ${between.join(", ")}` }],
    ...except.map((calendar) => ({ part: { except: [calendar] }, why: `in ${calendar.name}` })),
    ...only.length === 0
      ? []
      : [{ part: { only }, why: `not in ${only.map(({ name }) => name).join(", ")}` }],
  ];
}
