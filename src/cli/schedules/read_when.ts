/** From the options that say when a schedule is due to what the library takes. */

import { checkZone, systemZone } from "../../calendar/zone_name.ts";
import { readCalendar } from "../../library/schedules/calendar_file.ts";
import type { CalendarInput, WhenOptions } from "../../library/schedules/options.ts";
import type { Input } from "../command.ts";
import type { Io } from "../io.ts";
import { readBounded } from "../read_bounded.ts";
import { momentOption } from "./moment_option.ts";

/** Options that make times: one of them makes a schedule. */
const SOURCES = ["cron", "on"] as const;

/** Whether the options say when anything is due. */
export function saysWhen(input: Input): boolean {
  return SOURCES.some((name) => input.strings(name).length > 0) || input.duration("every") !== undefined;
}

/**
 * The zone that `--tz` names, or else the one given, or else this machine's.
 *
 * @throws {UsageError} When there is no such zone
 */
export function zoneOption(input: Input, otherwise?: string): string {
  const name = input.string("tz");
  return name === undefined ? otherwise ?? systemZone() : checkZone(name);
}

/** The zone of several schedules where they have one. */
export function commonZone(zones: readonly (string | undefined)[]): string | undefined {
  return new Set(zones).size === 1 ? zones[0] : undefined;
}

/**
 * What the options say. What was not typed is `undefined`.
 *
 * @param zone In which times are read
 * @throws {UsageError} Naming the option
 */
export async function whenOptions(input: Input, io: Io, zone: string): Promise<WhenOptions> {
  const [except, only] = await Promise.all(
    (["except", "only"] as const).map((name) => calendars(input.strings(name), io)),
  );
  const now = io.now();
  return {
    cron: some(input.strings("cron")),
    on: some(input.strings("on")),
    every: input.duration("every"),
    tz: input.string("tz") === undefined ? undefined : zone,
    between: some(input.strings("between").flatMap((text) => text.split(",")).map((text) => text.trim())),
    except: some(except!),
    only: some(only!),
    from: (await momentOption(input, "from", { zone, now, edge: "first" }))?.at,
    until: (await momentOption(input, "until", { zone, now, edge: "last" }))?.at,
  };
}

function calendars(paths: readonly string[], io: Io): Promise<readonly CalendarInput[]> {
  return Promise.all(paths.map((path) => path === "-" ? calendarOfStdin(io) : readCalendar(path)));
}

async function calendarOfStdin({ stdin }: Io): Promise<CalendarInput> {
  return { name: "stdin", text: await readBounded(stdin, "The calendar from standard input") };
}

function some<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length === 0 ? undefined : list;
}
