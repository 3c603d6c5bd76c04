/** The keys of a file of schedules: what each takes, and what it becomes. `schema/schedules.schema.json` has the same. */

import { parseDuration } from "../../core/duration.ts";
import { CATCH_UPS, OVERLAPS } from "../../core/schedule.ts";
import { KIND_KEYS, list, oneOf, OPTION_KEYS, RULES_KEY, text, unlike } from "../workflow/file_keys.ts";
import type { OptionReader } from "../workflow/file_keys.ts";
import type { ScheduleOptions } from "./options.ts";

/** Top level. */
export const SCHEDULES_FILE_KEYS = ["$schema", "schedules"] as const;

/** What a schedule runs, and the keys that only go with it. */
export const TARGET_KEYS: Readonly<Record<string, readonly string[]>> = {
  ...KIND_KEYS,
  workflow: ["params", "source"],
  kind: ["payload"],
};

/** Options of the job: those of a step. `jitter` is the schedule's own. */
export const SCHEDULED_JOB_KEYS: Readonly<Record<string, OptionReader>> = Object.fromEntries(
  Object.entries(OPTION_KEYS).map(([key, read]) => [key === "jitter" ? "retry-jitter" : key, read]),
);

/** What a key of a schedule becomes. */
export type ScheduleReader = (value: unknown) => ScheduleOptions;

/** Keys whose values need nothing but themselves. */
export const SCHEDULE_OPTION_KEYS: Readonly<Record<string, ScheduleReader>> = {
  cron: (value) => ({ cron: texts(value) }),
  on: (value) => ({ on: texts(value) }),
  every: (value) => ({ every: duration(value) }),
  tz: (value) => ({ tz: text(value) }),
  between: (value) => ({ between: texts(value) }),
  from: (value) => ({ from: moment(value) }),
  until: (value) => ({ until: moment(value) }),
  count: (value) => ({ count: whole(value) }),
  jitter: (value) => ({ jitter: duration(value) }),
  overlap: (value) => ({ overlap: oneOf(value, OVERLAPS) }),
  "catch-up": (value) => ({ catchUp: oneOf(value, CATCH_UPS) }),
  "catch-up-window": (value) => ({ catchUpWindow: duration(value) }),
  "pause-on-failure": (value) => ({ pauseOnFailure: whole(value) }),
  description: (value) => ({ description: text(value) }),
};

/** Calendars: files, or `{ name, text }`. */
export const CALENDAR_KEYS = ["except", "only"] as const;

/** Of a calendar that stands in the file itself. */
export const INLINE_CALENDAR_KEYS = ["name", "text"] as const;

/** Every key a schedule may have. */
export const SCHEDULE_KEYS: readonly string[] = [
  ...Object.keys(SCHEDULE_OPTION_KEYS),
  ...CALENDAR_KEYS,
  "paused",
  ...Object.keys(TARGET_KEYS),
  ...new Set(Object.values(TARGET_KEYS).flat()),
  RULES_KEY,
  ...Object.keys(SCHEDULED_JOB_KEYS),
];

/** One text, or a list of them. */
function texts(value: unknown): readonly string[] {
  const items = typeof value === "string" ? [value] : list(value).map(text);
  if (items.length === 0) throw unlike(value, "a list with something in it");
  return items;
}

function whole(value: unknown): number {
  if (!Number.isSafeInteger(value)) throw unlike(value, "a whole number");
  return value as number;
}

function duration(value: unknown): number {
  if (typeof value !== "string" && typeof value !== "number") throw unlike(value, "a duration such as 15m");
  return parseDuration(String(value));
}

/** A file says the same whenever it is read: no times that count from now. */
function moment(value: unknown): string {
  // TOML has dates of its own, which show themselves as they were written.
  const shown = value instanceof Date ? value.toISOString() : value;
  if (typeof shown !== "string" || !/^\d{4}-\d\d-\d\d/.test(shown)) {
    throw unlike(shown, "a time such as 2026-12-01 or 2026-12-01 09:00");
  }
  return shown;
}

/** Whether it begins paused, or stands still. */
export function truth(value: unknown): boolean {
  if (typeof value !== "boolean") throw unlike(value, "true or false");
  return value;
}
