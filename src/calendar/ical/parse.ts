/** iCalendar text, by the library ical.js. */

import ICAL from "ical.js";
import { UsageError } from "../../core/errors.ts";
import type { Calendar } from "../../core/schedule.ts";

/** Something is wrong with a calendar, where that is known with its line. */
export function calendarError(
  name: string,
  what: string,
  line: number | null = null,
  hint?: string,
): UsageError {
  const where = line === null ? "" : `, line ${line}`;
  return new UsageError(`Calendar "${name}"${where}: ${what}`, { hint });
}

/**
 * The calendars of a text; a file may hold several.
 *
 * @throws {UsageError} When it is no iCalendar, naming the line
 */
export function parseCalendar({ name, text }: Calendar): ICAL.Component[] {
  const lines = text.replace(/^\uFEFF/, "").split(/\r\n|\r|\n/);
  const first = lines.findIndex((line) => line.trim() !== "");
  if (!/^BEGIN:VCALENDAR\s*$/i.test(lines[first] ?? "")) {
    const what = first < 0
      ? "it is empty"
      : `it begins with "${short(lines[first]!)}", not with BEGIN:VCALENDAR`;
    throw calendarError(
      name,
      what,
      first < 0 ? null : first + 1,
      "Give an iCalendar file, as calendars export it",
    );
  }
  checkLines(name, lines.slice(first), first);
  checkNesting(name, lines);
  try {
    const parsed = ICAL.parse(lines.slice(first).filter((line) => line.trim() !== "").join("\r\n"));
    const calendars = typeof parsed[0] === "string" ? [parsed] : parsed;
    return calendars.map((calendar: unknown[]) => new ICAL.Component(calendar));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw calendarError(name, reason, lineOf(lines, reason));
  }
}

/** The line with a value that the library names in quotes; `null` when there is none. */
function lineOf(lines: readonly string[], reason: string): number | null {
  const [value] = /(["'])(?:(?!\1).)+\1/.exec(reason) ?? [];
  const index = value === undefined ? -1 : lines.findIndex((line) => line.includes(value.slice(1, -1)));
  return index < 0 ? null : index + 1;
}

/** The library takes lines without a name for broken values, and says no number. */
function checkLines(name: string, lines: readonly string[], first: number): void {
  for (const [index, line] of lines.entries()) {
    if (line.trim() === "" || /^[ \t]/.test(line) || /^[\w.-]+(;[\w-]+=.*)?:|^[\w.-]+;[\w-]+=/.test(line)) {
      continue;
    }
    throw calendarError(name, `"${short(line)}" is not understood`, first + index + 1);
  }
}

/** The library takes any END for the right one. */
function checkNesting(name: string, lines: readonly string[]): void {
  const open: { readonly what: string; readonly line: number }[] = [];
  for (const [index, line] of lines.entries()) {
    const [, word, what] = /^(BEGIN|END):\s*(\S+)\s*$/i.exec(line) ?? [];
    if (word === undefined) continue;
    if (word.toUpperCase() === "BEGIN") {
      open.push({ what: what!.toUpperCase(), line: index + 1 });
    } else if (open.pop()?.what !== what!.toUpperCase()) {
      throw calendarError(name, `"${short(line)}" ends what has not begun`, index + 1);
    }
  }
  const left = open[0];
  if (left !== undefined) {
    throw calendarError(name, `${left.what} begins and does not end`, left.line, "Is the file whole?");
  }
}

function short(line: string): string {
  return line.length > 60 ? `${line.slice(0, 60)}…` : line;
}

/** An event as messages name it. */
export function namedIn(event: ICAL.Component): string {
  return `"${short(summaryOf(event))}"`;
}

/** What an event is called. */
export function summaryOf(event: ICAL.Component): string {
  const summary = event.getFirstPropertyValue("summary");
  return typeof summary === "string" && summary.trim() !== "" ? summary.trim() : "an event without a name";
}
