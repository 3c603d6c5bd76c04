/** Slots as people and programs read them, by the clock of a zone. */

/** `2026-11-24 09:00`, with seconds where there are any. */
export function slotText(at: number, zone: string): string {
  const local = localTime(at, zone);
  return `${local.toPlainDate()} ${clockText(local, local.second === 0 ? "minute" : "second")}`;
}

/** What `${{ schedule.… }}` gives for a slot. */
export interface SlotValues {
  /** RFC 3339 with the offset of the zone: `2026-11-24T09:00:00+01:00`. */
  readonly at: string;
  /** The day: `2026-11-24`. */
  readonly date: string;
  /** The time of the day: `09:00:00`. */
  readonly time: string;
}

export function slotValues(at: number, zone: string): SlotValues {
  const local = localTime(at, zone);
  return {
    at: local.toString({ timeZoneName: "never", smallestUnit: "second" }),
    date: local.toPlainDate().toString(),
    time: clockText(local, "second"),
  };
}

function localTime(at: number, zone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone);
}

function clockText(local: Temporal.ZonedDateTime, smallestUnit: "minute" | "second"): string {
  return local.toPlainTime().toString({ smallestUnit });
}
