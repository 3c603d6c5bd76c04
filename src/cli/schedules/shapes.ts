/** What `--json` prints of schedules. Scripts rely on it: keys may be added, never renamed. */

import type { Json, JsonObject } from "../../core/json.ts";
import type { Firing, Schedule, ScheduleDefinition, TimeRule } from "../../core/schedule.ts";
import type { ScheduleOverview } from "../../library/schedules/types.ts";
import { isoTime } from "../../output/time.ts";
import { stateOf } from "./state.ts";

/** What people say of a schedule; calendars by their names. */
export function definitionShape(definition: ScheduleDefinition): JsonObject {
  const { when, target, overlap, catchUp, catchUpWindowMs, count, jitterMs, pauseOnFailure, description } =
    definition;
  return {
    when: ruleShape(when),
    target: target as unknown as Json,
    ...{ overlap, catchUp, catchUpWindowMs, count, jitterMs, pauseOnFailure, description },
  };
}

function ruleShape(
  { zone, cron, on, everyMs, anchor, between, except, only, from, until }: TimeRule,
): JsonObject {
  return {
    zone,
    cron: [...cron],
    on: [...on],
    everyMs,
    anchor: everyMs === null ? null : isoTime(anchor),
    between: [...between],
    except: except.map(({ name }) => name),
    only: only.map(({ name }) => name),
    from: isoTime(from),
    until: isoTime(until),
  };
}

/** A stored schedule. */
export function scheduleShape({ id, name, createdAt, definition, state }: Schedule): JsonObject {
  const { paused, nextAt, fired, failures, recent } = state;
  return {
    id,
    name,
    createdAt: isoTime(createdAt),
    ...definitionShape(definition),
    paused: paused === null ? null : { at: isoTime(paused.at), reason: paused.reason },
    nextAt: isoTime(nextAt),
    ...{ fired, failures, recent: [...recent] },
  };
}

/** A schedule and how it stands: `schedule list`. */
export function overviewShape(overview: ScheduleOverview): JsonObject {
  const { schedule, last, running, queued } = overview;
  return {
    ...scheduleShape(schedule),
    state: stateOf(overview),
    ...{ running, queued },
    last: last === null ? null : firingShape(last, schedule.name),
  };
}

/** An entry of a history. */
export function firingShape(firing: Firing, schedule: string): JsonObject {
  const { slot, status, trigger, reason, slots, decidedAt, startedAt, endedAt, job, run, by } = firing;
  return {
    schedule,
    slot: isoTime(slot),
    ...{ status, trigger, reason, slots },
    decidedAt: isoTime(decidedAt),
    startedAt: isoTime(startedAt),
    endedAt: isoTime(endedAt),
    lateMs: startedAt === null ? null : startedAt - slot,
    ...{ job, run, by },
  };
}
