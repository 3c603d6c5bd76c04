/**
 * Entries of the history of schedules, as they are kept: `<slot>:<status>:<job>:<run>:<JSON>`, with an
 * {@linkcode EntryRecord} at the end. Job and run are empty for none. Scripts read what stands before the JSON.
 */

import type { Firing, FiringStatus, Trigger } from "../../core/schedule.ts";

/** What no script looks at: a JSON array. */
type EntryRecord = readonly [
  trigger: Trigger,
  reason: string | null,
  slots: number,
  decidedAt: number,
  startedAt: number | null,
  endedAt: number | null,
  by: string | null,
];

export function toEntry(firing: Firing): string {
  const { slot, status, trigger, reason, slots, decidedAt, startedAt, endedAt, job, run, by } = firing;
  const record: EntryRecord = [
    trigger,
    reason,
    slots,
    Math.round(decidedAt),
    startedAt === null ? null : Math.round(startedAt),
    endedAt === null ? null : Math.round(endedAt),
    by,
  ];
  return `${Math.round(slot)}:${status}:${job ?? ""}:${run ?? ""}:${JSON.stringify(record)}`;
}

export function toFiring(schedule: number, entry: string): Firing {
  const [, slot, status, job, run, json] = /^(-?\d+):([a-z]+):(\d*):(\d*):(.*)$/s.exec(entry)!;
  const [trigger, reason, slots, decidedAt, startedAt, endedAt, by] = JSON.parse(json!) as EntryRecord;
  return {
    schedule,
    slot: Number(slot),
    status: status as FiringStatus,
    ...{ trigger, reason, slots, decidedAt, startedAt, endedAt },
    job: job === "" ? null : Number(job),
    run: run === "" ? null : Number(run),
    by,
  };
}
