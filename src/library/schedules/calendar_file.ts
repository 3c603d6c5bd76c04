/** Calendars from files. */

import type { CalendarInput } from "./options.ts";

/**
 * Reads an iCalendar file, for `except` and `only`. What no slot depends on is left out.
 *
 * @param path Of an `.ics` file
 * @throws {NotFoundError} When there is no such file
 * @throws {DataError} When it cannot be read, is no calendar, or is too large
 */
export function readCalendar(path: string): Promise<CalendarInput> {
  return Promise.reject(new Error(`Not there yet: ${path}`));
}
