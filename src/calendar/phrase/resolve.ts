/** Puts together what the parts of a phrase say about its days, and refuses days that cannot be. */

import type { Found } from "./days.ts";
import type { Days, Nth, Position, Scope } from "./model.ts";
import type { Item } from "./positions.ts";
import type { Reader } from "./reader.ts";
import type { Span } from "./scopes.ts";
import { LONGEST, MONTHS, WEEK, WEEKDAYS, writeOrdinal } from "./words.ts";

/** Months that were said apart from the days: `every quarter`, `in march`. */
export interface Period {
  readonly span: Span;
  readonly from: number;
  readonly to: number;
}

/** The days of a phrase, with each kind in the same months once, in an order that reads well. */
export function resolve(reader: Reader, found: readonly Found[], period: Period | null): Days[] {
  const all: Days[] = [];
  let following: Span | null = null;
  for (const one of found.toReversed()) {
    const said = one.scope ?? (one.kind === "counted" ? following : null);
    const scope = combine(reader, one, said, period);
    if (one.kind === "counted") following = one.scope ?? following;
    all.unshift(...daysOf(reader, one, scope));
  }
  const merged = merge(all);
  const open = (days: Days): boolean => days.kind === "weekly" && days.months === null;
  // Behind others, so that the months of those do not seem to be its own.
  return [...merged.filter((days) => !open(days)), ...merged.filter(open)];
}

function combine(reader: Reader, found: Found, said: Span | null, period: Period | null): Span | null {
  const other = period?.span ?? null;
  if (said === null || other === null) return said ?? other;
  if (JSON.stringify(said) === JSON.stringify(other)) return said;
  if (typeof said !== "string" && other === "year") return said;
  if (typeof other !== "string" && (said === "month" || said === "year")) return other;
  throw reader.refused(
    found.from,
    `does not go with "${words(reader, period!)}"`,
    "Leave one of them out",
    found.to,
  );
}

function words(reader: Reader, { from, to }: Period): string {
  return reader.tokens.slice(from, to).map(({ raw }) => raw).join(" ");
}

function daysOf(reader: Reader, found: Found, span: Span | null): Days[] {
  if (found.kind === "weekly") {
    return [{ kind: "weekly", weekdays: found.weekdays, months: Array.isArray(span) ? span : null }];
  }
  const refuse = (why: string, hint: string): Error => reader.refused(found.from, why, hint, found.to);
  if (span === "week") throw refuse("is not counted in weeks", 'Write it like "every monday"');
  const scope = span ?? "month";
  for (const item of found.items) check(item, scope, refuse);
  const of = (noun: Item["noun"]): Position[] =>
    found.items.filter((item) => item.noun === noun).map((i) => i.position);
  const nths = found.items.flatMap(({ position, noun }): Nth[] =>
    typeof noun === "number" ? [{ position, weekday: noun }] : []
  );
  const working = of("working day").map((position) => position === "last" ? position : "first");
  return [
    ...of("day").length > 0 ? [{ kind: "dates", days: of("day"), scope } as const] : [],
    ...working.length > 0 ? [{ kind: "working", days: working, scope } as const] : [],
    ...nths.length > 0 ? [{ kind: "nth", items: nths, scope } as const] : [],
  ];
}

type Refuse = (why: string, hint: string) => Error;

function check({ position, noun }: Item, scope: Scope, refuse: Refuse): void {
  if (position === "last") return;
  if (noun === "working day") {
    if (position === 1) return;
    throw refuse("cannot be said by a pattern", 'Write "first working day" or "last working day"');
  }
  if (noun === "day") return checkDate(position, scope, refuse);
  const most = scope === "quarter" || scope === "year" ? 4 : 5;
  if (position >= 1 && position <= most) return;
  const name = `${writeOrdinal(position)} ${WEEKDAYS[noun]}`;
  throw position > 5 || position < 1
    ? refuse(`does not exist: a month has no ${name}`, 'Write "first" to "fifth", or "last"')
    : refuse("cannot be said by a pattern", `Name the months, such as "${name} of january and july"`);
}

function checkDate(day: number, scope: Scope, refuse: Refuse): void {
  const months = typeof scope === "string" ? { month: [1], quarter: [1, 4, 7, 10], year: [1] }[scope] : scope;
  const month = months.find((number) => day > LONGEST[number - 1]!);
  if (month === undefined && day >= 1) return;
  if (day > 31 || day < 1) {
    throw refuse(`does not exist: a month has no ${writeOrdinal(day)}`, "Write 1st to 31st, or last day");
  }
  throw scope === "quarter"
    ? refuse("cannot be said by a pattern", 'Write "last day of the quarter", or name the months')
    : refuse(
      `does not exist: ${MONTHS[month! - 1]} has ${LONGEST[month! - 1]} days at most`,
      `Write "last day of ${MONTHS[month! - 1]}"`,
    );
}

function merge(all: readonly Days[]): Days[] {
  const merged = new Map<string, Days>();
  for (const days of all) {
    const key = `${days.kind} ${JSON.stringify(days.kind === "weekly" ? days.months : days.scope)}`;
    const before = merged.get(key);
    merged.set(key, normal(before === undefined ? days : joined(before, days)));
  }
  return [...merged.values()];
}

function joined(a: Days, b: Days): Days {
  if (a.kind === "weekly" && b.kind === "weekly") return { ...a, weekdays: [...a.weekdays, ...b.weekdays] };
  if (a.kind === "nth" && b.kind === "nth") return { ...a, items: [...a.items, ...b.items] };
  if (a.kind === "dates" && b.kind === "dates") return { ...a, days: [...a.days, ...b.days] };
  if (a.kind === "working" && b.kind === "working") return { ...a, days: [...a.days, ...b.days] };
  throw new TypeError(`Days of kinds ${a.kind} and ${b.kind} cannot be joined`);
}

/** Everything once, in its order. */
function normal(days: Days): Days {
  switch (days.kind) {
    case "weekly":
      return { ...days, weekdays: WEEK.filter((day) => days.weekdays.includes(day)) };
    case "dates":
      return { ...days, days: positions(days.days) };
    case "working":
      return { ...days, days: (["first", "last"] as const).filter((day) => days.days.includes(day)) };
    case "nth": {
      const of = (weekday: number): Position[] =>
        positions(days.items.filter((item) => item.weekday === weekday).map((item) => item.position));
      return {
        ...days,
        items: WEEK.flatMap((weekday) => of(weekday).map((position) => ({ position, weekday }))),
      };
    }
  }
}

function positions(of: readonly Position[]): Position[] {
  const rank = (at: Position): number => at === "last" ? Infinity : at;
  return [...new Set(of)].sort((a, b) => rank(a) < rank(b) ? -1 : 1);
}
