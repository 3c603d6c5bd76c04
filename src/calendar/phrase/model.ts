/** What a phrase says, between its words and its cron patterns. */

/** Which months a day is looked for in: each, the first or last of a quarter or a year, or those that are named. */
export type Scope = "month" | "quarter" | "year" | readonly number[];

/** A day counted from the beginning of its month, or the last one. */
export type Position = number | "last";

/** Days that have something in common. */
export type Days =
  | {
    readonly kind: "weekly";
    /** Days of the week; all seven for every day. */
    readonly weekdays: readonly number[];
    /** Only in these; `null` for all. */
    readonly months: readonly number[] | null;
  }
  /** `first monday`, `last friday`. */
  | { readonly kind: "nth"; readonly items: readonly Nth[]; readonly scope: Scope }
  /** `1st and 15th`, `last day`. */
  | { readonly kind: "dates"; readonly days: readonly Position[]; readonly scope: Scope }
  /** `first working day`. */
  | { readonly kind: "working"; readonly days: readonly ("first" | "last")[]; readonly scope: Scope };

export interface Nth {
  readonly position: Position;
  readonly weekday: number;
}

/** A time of the day. */
export interface Clock {
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

/** `every 15 minutes`: how often, and for hours at which minutes. */
export interface Interval {
  readonly unit: "second" | "minute" | "hour";
  readonly each: number;
  readonly minutes: readonly number[];
}

/** Days with times of the day, or with an interval that begins anew each day. */
export interface Recurrence {
  readonly days: readonly Days[];
  readonly when: Interval | readonly Clock[];
}

export function isInterval(when: Recurrence["when"]): when is Interval {
  return !Array.isArray(when);
}
