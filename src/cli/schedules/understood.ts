/** What was understood, told on stderr before the night comes. */

import { describeRule, explainRule, timetable } from "../../calendar/timetable.ts";
import type { ScheduleDefinition } from "../../core/schedule.ts";
import { runsLeft } from "../../core/schedule/definition.ts";
import { type Field, renderFields } from "../../output/fields.ts";
import type { Io } from "../io.ts";
import { policyFields } from "./definition_fields.ts";
import { slotLine } from "./slot_text.ts";

/** Times that are told. */
const NEXT = 4;

/**
 * Tells how a definition was understood, and when it is due next.
 *
 * @param fired How often it has run of its count
 */
export async function tellUnderstood(definition: ScheduleDefinition, fired: number, io: Io): Promise<void> {
  const { when } = definition;
  const now = io.now();
  const slots = (await timetable.times(when))
    .within(now, Infinity, Math.min(NEXT, runsLeft(definition, { fired })));
  const fields: Field[] = [
    ["When", await describeRule(when)],
    ...policyFields(definition),
    await nextField(definition, slots, now),
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
