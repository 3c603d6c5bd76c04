/** What may stand in the fields of a cron pattern. */

/** One field. */
export interface FieldKind {
  /** As messages call it. */
  readonly name: string;
  readonly least: number;
  readonly most: number;
  /** Names of its values from {@linkcode FieldKind.least} on, in capitals. */
  readonly names: readonly string[];
}

const field = (name: string, least: number, most: number, names = ""): FieldKind => ({
  name,
  least,
  most,
  names: names === "" ? [] : names.split(" "),
});

export const DAY = field("day of the month", 1, 31);
export const WEEKDAY = field("day of the week", 0, 7, "SUN MON TUE WED THU FRI SAT");

/** All, in their order: a pattern of five fields has no seconds. */
export const FIELDS: readonly FieldKind[] = [
  field("second", 0, 59),
  field("minute", 0, 59),
  field("hour", 0, 23),
  DAY,
  field("month", 1, 12, "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC"),
  WEEKDAY,
];

/** Short names of patterns. */
export const NICKNAMES: Readonly<Record<string, string>> = {
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
  "@monthly": "0 0 1 * *",
  "@weekly": "0 0 * * 0",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@hourly": "0 * * * *",
};
