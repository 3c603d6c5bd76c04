/** What was understood, told on stderr before the night comes. */

import { timetable } from "../../calendar/timetable.ts";
import type { Times } from "../../core/ports/timetable.ts";
import type { ScheduleDefinition } from "../../core/schedule.ts";
import { type Field, renderFields } from "../../output/fields.ts";
import type { Io } from "../io.ts";
import { policyFields, ruleFields } from "./definition_fields.ts";
import { ruleWords } from "./rule_text.ts";
import { shiftsOf, shiftText } from "./shifts.ts";
import { slotLine } from "./slot_text.ts";

/** Times that are told. */
const NEXT = 4;

/** Tells how a definition was understood, and when it is due next. */
export async function tellUnderstood(
  definition: ScheduleDefinition,
  nextTimes: readonly number[] | null,
  io: Io,
): Promise<void> {
  const { when } = definition;
  const now = io.now();
  const times = nextTimes ?? upcoming(await timetable.times(when), now, definition.count);
  const fields = [
    ...ruleFields(when, await ruleWords(when), now),
    ...policyFields(definition),
    await nextField(definition, times.slice(0, NEXT), now),
  ];
  io.err(renderFields(fields, { columns: null, color: false }));
}

/** The next slots as a field. */
export async function nextField(
  { when }: ScheduleDefinition,
  slots: readonly number[],
  now: number,
): Promise<Field> {
  const shift = await shiftsOf(when, timetable);
  return ["Next", slots.map((slot) => slotLine(slot, when.zone, now, shiftText(shift(slot))))];
}

function upcoming(times: Times, now: number, count: number | null): readonly number[] {
  return times.within(now, Infinity, Math.min(NEXT, count ?? NEXT));
}
