/** What was understood, told on stderr before the night comes. */

import { describeRule, explainRule, timetable } from "../../calendar/timetable.ts";
import type { Times } from "../../core/ports/timetable.ts";
import type { ScheduleDefinition } from "../../core/schedule.ts";
import { type Field, renderFields } from "../../output/fields.ts";
import type { Io } from "../io.ts";
import { policyFields } from "./definition_fields.ts";
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
  const fields: Field[] = [
    ["When", await describeRule(when)],
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
  title = "Next",
): Promise<Field> {
  const explained = await explainRule(when);
  return [title, slots.map((slot) => slotLine(slot, when.zone, now, explained.shift(slot)))];
}

function upcoming(times: Times, now: number, count: number | null): readonly number[] {
  return times.within(now, Infinity, Math.min(NEXT, count ?? NEXT));
}
