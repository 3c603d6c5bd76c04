/** Calendars from files. */

import { basename } from "node:path";
import { UsageError } from "../../core/errors.ts";
import { readText } from "../read_text.ts";
import { reduced } from "./calendars.ts";
import type { CalendarInput } from "./options.ts";

/**
 * Reads an iCalendar file, for `except` and `only`. What no slot depends on is left out.
 *
 * @param path Of an `.ics` file
 * @throws {NotFoundError} When there is no such file
 * @throws {DataError} When it cannot be read
 * @throws {UsageError} When it is no calendar, or is too large
 *
 * @example
 * ```ts
 * import { command, JobQueue } from "@gigq/gigq";
 * import { readCalendar } from "@gigq/gigq/load";
 *
 * const file = await Deno.makeTempFile({ suffix: ".ics" });
 * await Deno.writeTextFile(
 *   file,
 *   "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20261225\nEND:VEVENT\nEND:VCALENDAR",
 * );
 * await using queue = await JobQueue.open(":memory:");
 * await queue.schedules.add("report", command(["./report"]), {
 *   on: "every weekday at 09:00",
 *   tz: "Europe/Prague",
 *   except: [await readCalendar(file)],
 * });
 * const [next] = await queue.schedules.next("report", { after: "2026-12-24 12:00" });
 * console.log(new Date(next!).toISOString()); // 2026-12-28T08:00:00.000Z
 * await Deno.remove(file);
 * ```
 */
export async function readCalendar(path: string): Promise<CalendarInput> {
  if (/^(https?|webcal):\/\//i.test(path)) {
    throw new UsageError(`Calendar "${path}" is an address; calendars are read from files`, {
      hint: `Download it first, such as by curl -fsSLo calendar.ics '${path.replace(/^webcal/i, "https")}'`,
    });
  }
  return await reduced({ name: basename(path), text: await readText("Calendar file", path) });
}
