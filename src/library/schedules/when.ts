/** When a schedule is due: from options to the rule that is stored. */

import { slotText } from "../../core/schedule/slot_text.ts";
import { checkZone, systemZone } from "../../calendar/zone_name.ts";
import { UsageError } from "../../core/errors.ts";
import type { Calendar, TimeRule } from "../../core/schedule.ts";
import { toMs } from "../numbers.ts";
import { show } from "../match_input.ts";
import { toMoment } from "./moment.ts";
import type { CalendarInput, WhenOptions } from "./options.ts";
import { reduced } from "./calendars.ts";

/** Options of which `null` takes away what was said before, and `undefined` leaves it. */
export type Patch<T> = { readonly [K in keyof T]?: T[K] | null };

const SHORTEST_MS = 1_000;

/**
 * The rule that options describe. Patterns, phrases and windows are read later, by whoever knows how.
 *
 * @param base What holds where an option is absent; `null`: the defaults
 * @param stored The rule whose place it takes, if there is one
 * @throws {UsageError} Naming the option
 */
export async function toRule(
  options: Patch<WhenOptions>,
  base: TimeRule | null,
  now: number,
  stored: TimeRule | null = base,
): Promise<TimeRule> {
  const zone = options.tz === undefined && base !== null ? base.zone : checkZone(zoneOf(options.tz));
  const everyMs = pick(options.every, base?.everyMs, null, (every) => toEvery(every));
  const moment = async (key: "from" | "until", edge: "first" | "last"): Promise<number | null> => {
    const time = options[key];
    if (time === undefined) return base?.[key] ?? null;
    return time === null ? null : await toMoment(key, time, { zone, now, edge });
  };
  const from = await moment("from", "first");
  const until = await moment("until", "last");
  const rule: TimeRule = {
    zone,
    cron: pick(options.cron, base?.cron, [], (value) => texts("cron", value)),
    on: pick(options.on, base?.on, [], (value) => texts("on", value)),
    everyMs,
    anchor: anchorOf(everyMs, from, stored, now),
    between: pick(options.between, base?.between, [], (value) => texts("between", value)),
    except: await calendars("except", options.except, base?.except),
    only: await calendars("only", options.only, base?.only),
    from,
    until,
  };
  if (rule.cron.length === 0 && rule.on.length === 0 && everyMs === null) {
    throw new UsageError("A schedule needs cron, every or on: nothing says when it is due", {
      hint: 'Give it on: "every weekday at 09:00", cron: "0 9 * * MON-FRI" or every: "15m"',
    });
  }
  if (from !== null && until !== null && until < from) {
    throw new UsageError("The end of a schedule is before its beginning", {
      hint: `It is from ${slotText(from, rule.zone)} until ${slotText(until, rule.zone)}`,
    });
  }
  return rule;
}

/** What an option says, what was said before, or the default. */
export function pick<I, T>(
  given: I | null | undefined,
  before: T | undefined,
  fallback: T,
  read: (given: I) => T,
): T {
  if (given === undefined) return before === undefined ? fallback : before;
  return given === null ? fallback : read(given);
}

function zoneOf(tz: string | null | undefined): string {
  if (tz === undefined || tz === null) return systemZone();
  if (typeof tz !== "string") throw new UsageError(`${show(tz)} is not the name of a time zone`);
  return tz;
}

function toEvery(every: NonNullable<WhenOptions["every"]>): number {
  const ms = toMs("interval", every);
  if (ms < SHORTEST_MS) {
    throw new UsageError(
      `Every ${typeof every === "number" ? `${every}ms` : every} is more often than once a second`,
      {
        hint: "For work without pause, let a job go on by itself",
      },
    );
  }
  // A part of a millisecond would add up.
  return Math.round(ms);
}

/** It stays where it was as long as nothing moves it, so that an unchanged file changes no slot. */
function anchorOf(everyMs: number | null, from: number | null, stored: TimeRule | null, now: number): number {
  if (everyMs === null) return 0;
  if (from !== null) return from;
  const stays = stored !== null && stored.everyMs === everyMs && stored.from === null;
  return stays ? stored.anchor : now;
}

function texts(what: string, value: unknown): readonly string[] {
  const list = typeof value === "string" ? [value] : value;
  if (!Array.isArray(list)) throw new UsageError(`${what} is text, or a list of texts, not ${show(value)}`);
  return list.map((item) => {
    if (typeof item === "string" && item.trim() !== "") return item.trim();
    if (typeof item !== "string") throw new UsageError(`${what} is text, not ${show(item)}`);
    throw new UsageError(`${what} is empty`, { hint: "Say when, or leave it out" });
  });
}

async function calendars(
  what: string,
  given: readonly CalendarInput[] | null | undefined,
  before: readonly Calendar[] | undefined,
): Promise<readonly Calendar[]> {
  if (given === undefined || given === null) return given === null ? [] : before ?? [];
  if (!Array.isArray(given)) throw new UsageError(`${what} is a list of calendars, not ${show(given)}`);
  return await Promise.all(given.map(async (calendar) => {
    if (typeof calendar?.text !== "string" || typeof calendar.name !== "string") {
      throw new UsageError(`${what}: ${show(calendar)} is no calendar`, {
        hint: 'Read one with readCalendar("holidays.ics") of @gigq/gigq/load',
      });
    }
    return await reduced(calendar);
  }));
}
