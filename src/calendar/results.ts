/** What is said of rules and calendars. Apart from what says it, which needs libraries. */

/** A time that a filter left out. */
export interface LeftOut {
  /** Milliseconds since the epoch. */
  readonly slot: number;
  /** What left it out: `holidays.ics: Christmas Day`, `outside of 08:00-18:00`. */
  readonly reason: string;
}

/** What there is to say of a rule's slots. */
export interface Explained {
  /** The times after `after` up to and including `until` that are no slots because of a filter, at most `limit`. */
  leftOut(after: number, until: number, limit: number): readonly LeftOut[];
  /** What a change of clocks did to a slot: `02:30 does not exist that day: right after the gap`; `null` for nothing. */
  shift(slot: number): string | null;
}

/** A calendar of which only what slots depend on is left. */
export interface ReducedCalendar {
  /** iCalendar text. */
  readonly text: string;
  /** How many events it holds. One that recurs is one. */
  readonly events: number;
}
