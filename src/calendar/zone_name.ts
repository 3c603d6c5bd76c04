/** Names of time zones. */

import { UsageError } from "../core/errors.ts";
import { nearest } from "../core/suggest.ts";

/**
 * The name as IANA writes it: `europe/prague` becomes `Europe/Prague`.
 *
 * @throws {UsageError} When there is no such zone
 */
export function checkZone(name: string): string {
  // Temporal reads `+02:00` as a zone too; it has no daylight saving, and a name says better what is meant.
  if (/^[A-Za-z]/.test(name)) {
    try {
      return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name).timeZoneId;
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
  }
  const meant = /^[A-Za-z]/.test(name) ? suggest(name) : undefined;
  const offset = fixedZone(name);
  throw new UsageError(`There is no time zone "${name}"`, {
    hint: offset !== null
      ? `Give the place whose clocks count, such as Europe/Prague, or ${offset} for the same all the year`
      : meant === undefined
      ? "Give its IANA name, such as Europe/Prague or UTC"
      : `Did you mean "${meant}"?`,
  });
}

/** The zone that is always `+02:00` or `UTC+2`: the sign of its name counts the other way. */
function fixedZone(name: string): string | null {
  const [, sign, hours] = /^(?:UTC|GMT)?([+-])0?(\d{1,2})(?::?00)?$/i.exec(name.trim()) ?? [];
  if (hours === undefined || Number(hours) === 0 || Number(hours) > (sign === "+" ? 14 : 12)) return null;
  return `Etc/GMT${sign === "+" ? "-" : "+"}${Number(hours)}`;
}

/** The zone whose name is near, or that of a city. */
function suggest(name: string): string | undefined {
  const known = [...Intl.supportedValuesOf("timeZone"), "UTC"];
  const text = name.trim().replaceAll(/\s+/g, "_");
  const cities = new Map(known.map((zone) => [zone.slice(zone.lastIndexOf("/") + 1), zone]));
  const city = nearest(text, cities.keys());
  return nearest(text, known) ?? (city === undefined ? undefined : cities.get(city));
}

/** The zone of this machine; UTC where it has none that is known, as `Date` takes it. */
export function systemZone(): string {
  try {
    return checkZone(Temporal.Now.timeZoneId());
  } catch {
    return "UTC";
  }
}
