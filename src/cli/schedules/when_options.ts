/** The options that say when a schedule is due: for `add` and `edit`, and for `next` without a schedule. */

import type { OptionSpec } from "../command.ts";

/** What makes the times. */
export const WHEN_OPTIONS: readonly OptionSpec[] = [
  {
    name: "cron",
    type: "string",
    value: "PATTERN",
    multiple: true,
    help:
      "Times by a cron pattern: five fields, six with seconds first, or @daily and the like; may be repeated",
  },
  {
    name: "on",
    type: "string",
    value: "PHRASE",
    multiple: true,
    help: "Times in words, such as 'first monday of the month at 09:00'; may be repeated",
  },
  {
    name: "every",
    type: "duration",
    value: "DURATION",
    help: "A time whenever so much has passed since --from, or since now",
  },
  {
    name: "tz",
    type: "string",
    value: "ZONE",
    complete: "zone",
    help: "The zone whose clocks count, such as Europe/Prague; default this machine's",
  },
];

/** What leaves times out. */
export const FILTER_OPTIONS: readonly OptionSpec[] = [
  {
    name: "between",
    type: "string",
    value: "A-B",
    multiple: true,
    help: "Only times of the day from A until before B, such as 08:00-18:00 or 22:00-06:00",
  },
  {
    name: "except",
    type: "string",
    value: "FILE",
    multiple: true,
    complete: "file",
    help: "No time within an event of this iCalendar file, such as holidays.ics, or - for stdin",
  },
  {
    name: "only",
    type: "string",
    value: "FILE",
    multiple: true,
    complete: "file",
    help: "Only times within an event of this iCalendar file",
  },
  {
    name: "from",
    type: "string",
    value: "TIME",
    help: "No time before: 2026-01-31, 22:00, 'next monday', or 10m from now",
  },
  { name: "until", type: "string", value: "TIME", help: "No time after" },
];
