/** What is read back of schedules is checked before it leaves the store: see `../intact.ts`. */

import { CATCH_UPS, type Firing, OVERLAPS, type Schedule } from "../../../core/schedule.ts";
import { type Check, checker, count, list, maybe, number, object, text, time } from "../intact.ts";

/** A check of an object's members. */
function members(checks: Readonly<Record<string, Check>>): Check {
  return (value) =>
    object(value) &&
    Object.entries(checks).every(([name, check]) =>
      check((value as Readonly<Record<string, unknown>>)[name])
    );
}

const oneOf = (values: readonly unknown[]): Check => (value) => values.includes(value);

const DEFINITION = members({
  when: members({
    ...{
      zone: text,
      cron: list,
      on: list,
      everyMs: maybe(number),
      anchor: number,
      between: list,
      except: list,
    },
    ...{ only: list, from: maybe(number), until: maybe(number) },
  }),
  target: members({ type: oneOf(["job", "workflow"]) }),
  overlap: oneOf(OVERLAPS),
  catchUp: oneOf(CATCH_UPS),
  catchUpWindowMs: maybe(number),
  count: maybe(number),
  jitterMs: number,
  pauseOnFailure: maybe(number),
  description: maybe(text),
});

const STATE = members({
  cursor: number,
  nextAt: maybe(number),
  paused: maybe(members({ at: number, reason: maybe(text) })),
  fired: count,
  failures: count,
  recent: list,
});

const SCHEDULE: Readonly<Record<keyof Schedule, Check>> = {
  id: count,
  name: text,
  version: count,
  createdAt: time,
  definition: DEFINITION,
  state: STATE,
};

const FIRING: Readonly<Record<keyof Firing, Check>> = {
  schedule: count,
  slot: time,
  status: text,
  trigger: oneOf(["time", "catch-up", "backfill", "manual"]),
  reason: maybe(text),
  slots: count,
  decidedAt: time,
  startedAt: maybe(time),
  endedAt: maybe(time),
  job: maybe(count),
  run: maybe(count),
  by: maybe(text),
};

export const intactSchedules = checker<Schedule>(SCHEDULE, (schedule) => `schedule ${schedule.id}`);
export const intactFirings = checker<Firing>(
  FIRING,
  (firing) => `slot ${firing.slot} of schedule ${firing.schedule}`,
);
