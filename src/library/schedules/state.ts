/** How a schedule stands after somebody changed it. */

import { UsageError } from "../../core/errors.ts";
import type { Times } from "../../core/ports.ts";
import type { Schedule, ScheduleDefinition, ScheduleState } from "../../core/schedule.ts";
import { runsLeft } from "../../core/schedule/definition.ts";
import { slotText } from "../../core/schedule/slot_text.ts";
import { equal } from "./differences.ts";

/**
 * How a new schedule stands: everything up to now is decided.
 *
 * @param paused Whether it begins paused
 * @throws {UsageError} When it would never be due
 */
export function firstState(
  { when }: ScheduleDefinition,
  times: Times,
  now: number,
  paused = false,
): ScheduleState {
  const first = firstSlot({ when }, times, now);
  return {
    cursor: now,
    nextAt: paused ? null : first,
    paused: paused ? { at: now, reason: null } : null,
    fired: 0,
    failures: 0,
    recent: [],
  };
}

/**
 * When it is due first.
 *
 * @throws {UsageError} When it would never be due
 */
export function firstSlot({ when }: Pick<ScheduleDefinition, "when">, times: Times, now: number): number {
  const first = times.next(now);
  if (first === null) throw neverDue(when.until, when.zone, now);
  return first;
}

/** Says that a rule has no slot any more. */
function neverDue(until: number | null, zone: string, now: number): UsageError {
  return until !== null && until <= now
    ? new UsageError(`The schedule would never be due: it ends at ${slotText(until, zone)}, which is past`, {
      hint: "Give it a later end, or none",
    })
    : new UsageError("The schedule would never be due: no time is all that it asks for", {
      hint: "Look at its patterns, and at what between, only, except, from and until leave of them",
    });
}

/**
 * How a schedule stands that goes on from now: what came before is not made up for. Failures of before do not count:
 * somebody has looked at them.
 */
export function goingOn({ definition, state }: Schedule, times: Times, now: number): ScheduleState {
  return {
    ...state,
    cursor: now,
    nextAt: runsLeft(definition, state) === 0 ? null : times.next(now),
    paused: null,
    failures: 0,
  };
}

/** How a paused schedule stands. */
export function pausedState(state: ScheduleState, reason: string | null, now: number): ScheduleState {
  return { ...state, nextAt: null, paused: { at: now, reason } };
}

/**
 * How a schedule stands with another definition. With other times, or when it had come to its end, it goes on from now.
 *
 * @throws {UsageError} When its new times never come
 */
export function redefinedState(
  { definition: before, state }: Schedule,
  definition: ScheduleDefinition,
  times: Times,
  now: number,
): ScheduleState {
  const moved = !equal(before.when, definition.when);
  if (moved) firstSlot(definition, times, now);
  const isOver = runsLeft(definition, state) === 0;
  const wakes = runsLeft(before, state) === 0 && !isOver;
  const cursor = moved || wakes ? now : state.cursor;
  const rests = state.paused !== null || isOver;
  return { ...state, cursor, nextAt: rests ? null : times.next(cursor) };
}
