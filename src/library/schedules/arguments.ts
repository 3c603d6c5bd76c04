/** What scripts give, looked at before it is used: JavaScript has no compiler that does. */

import { UsageError } from "../../core/errors.ts";
import { didYouMean } from "../../core/suggest.ts";
import { show } from "../match_input.ts";
import type { ScheduleOptions } from "./options.ts";
import type {
  ApplyOptions,
  BackfillOptions,
  HistoryOptions,
  ListOptions,
  NextOptions,
  ScheduleEdit,
  SimulateOptions,
  TickOptions,
  WantedSchedule,
} from "./types.ts";

/** All keys of a type: the compiler says when one is missing. */
type Keys<T> = { readonly [K in keyof Required<T>]: true };

const OPTIONS: Keys<ScheduleOptions> = {
  cron: true,
  every: true,
  on: true,
  tz: true,
  between: true,
  except: true,
  only: true,
  from: true,
  until: true,
  count: true,
  jitter: true,
  overlap: true,
  catchUp: true,
  catchUpWindow: true,
  pauseOnFailure: true,
  description: true,
  job: true,
};
const WANTED: Keys<WantedSchedule> = { name: true, target: true, options: true, paused: true };
const EDIT: Keys<ScheduleEdit> = { target: true, options: true };
const APPLY: Keys<ApplyOptions> = { prune: true, dryRun: true };
const LIST: Keys<ListOptions> = { names: true };
const NEXT: Keys<NextOptions> = { limit: true, after: true };
const HISTORY: Keys<HistoryOptions> = { limit: true, from: true, until: true, statuses: true };
const BACKFILL: Keys<BackfillOptions> = { from: true, until: true, dryRun: true };
const SIMULATE: Keys<SimulateOptions> = { from: true, until: true, names: true, wanted: true };
const TICK: Keys<TickOptions> = { onWarning: true, signal: true };

/** What is given to each call: a part of what it is, and all of them. */
const GIVEN = {
  schedule: ["option of a schedule", OPTIONS],
  wanted: ["part of a wanted schedule", WANTED],
  edit: ["part of an edit", EDIT],
  apply: ["option of apply", APPLY],
  list: ["option of list", LIST],
  next: ["option of next", NEXT],
  history: ["option of history", HISTORY],
  backfill: ["option of backfill", BACKFILL],
  simulate: ["option of simulate", SIMULATE],
  tick: ["option of tick", TICK],
} as const;

/**
 * Refuses what is no object, and a key that means nothing: a schedule with a misspelt `tz` would run at other times.
 *
 * @throws {UsageError} Naming the key
 */
export function checkKeys(of: keyof typeof GIVEN, value: unknown): void {
  const [part, keys] = GIVEN[of];
  const known = Object.keys(keys);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new UsageError(`Each ${part} is a key of an object, and ${show(value)} is none`, {
      hint: `There are ${known.join(", ")}`,
    });
  }
  for (const [key, said] of Object.entries(value)) {
    if (said === undefined || Object.hasOwn(keys, key)) continue;
    const hint = "options" in keys && Object.hasOwn(OPTIONS, key)
      ? `Write options: { ${key}: … }`
      : didYouMean(key, known) ?? `There are ${known.join(", ")}`;
    throw new UsageError(`"${key}" is no ${part}`, { hint });
  }
  if (of === "schedule") checkJob((value as { readonly job?: unknown }).job);
}

/** What it says is checked where that is read. */
function checkJob(job: unknown): void {
  if (job === undefined || (typeof job === "object" && job !== null && !Array.isArray(job))) return;
  throw new UsageError(`The options of a job are an object, not ${show(job)}`, {
    hint: 'Write { timeout: "10m" }',
  });
}

/**
 * Refuses what is no list of wanted schedules.
 *
 * @throws {UsageError} Saying what it is instead
 */
export function checkWanted(wanted: unknown): void {
  if (!Array.isArray(wanted)) {
    throw new UsageError(
      wanted instanceof Promise
        ? "Wanted schedules are a list, not a promise of one"
        : `Wanted schedules are a list, not ${show(wanted)}`,
      { hint: 'Write [{ name, target, options }], or await readSchedules("schedules.yaml")' },
    );
  }
  for (const one of wanted) checkKeys("wanted", one);
}

/**
 * Refuses what is no list of names.
 *
 * @throws {UsageError} Saying what it is instead
 */
export function checkNames(names: unknown): void {
  if (!Array.isArray(names)) throw new UsageError(`names are a list, not ${show(names)}`);
}

/**
 * Refuses a list in which something is not one of the words that are known.
 *
 * @throws {UsageError} Naming it
 */
export function checkWords(what: string, given: unknown, known: readonly string[]): void {
  if (!Array.isArray(given)) throw new UsageError(`${what} are a list, not ${show(given)}`);
  for (const word of given) {
    if (known.includes(word)) continue;
    throw new UsageError(`${show(word)} is none of the ${what} ${known.join(", ")}`);
  }
}
