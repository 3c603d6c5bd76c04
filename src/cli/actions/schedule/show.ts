/** What `gigq schedule show` does. */

import { describeRule } from "../../../calendar/timetable.ts";
import type { Firing } from "../../../core/schedule.ts";
import { toYaml } from "../../../library/schedules/to_yaml.ts";
import type { ScheduleOverview } from "../../../library/schedules/types.ts";
import { escapeLine } from "../../../output/escape.ts";
import { type Field, renderFields } from "../../../output/fields.ts";
import { jsonLine } from "../../../output/json_lines.ts";
import { isoTime, relativeTime } from "../../../output/time.ts";
import { LEAST_ROOM, wrap } from "../../../output/wrap.ts";
import type { Input } from "../../command.ts";
import type { Io } from "../../io.ts";
import { openExisting } from "../../open_queue.ts";
import { policyFields, targetFields } from "../../schedules/definition_fields.ts";
import { overviewsOf } from "../../schedules/find.ts";
import { firingShape, overviewShape } from "../../schedules/shapes.ts";
import { slotTime } from "../../schedules/slot_text.ts";
import { stateStyle, stateText, successText } from "../../schedules/state.ts";
import { nextField } from "../../schedules/understood.ts";
import { historyTable } from "./history.ts";

/** Times that are shown of those to come. */
const NEXT = 5;
/** Entries that are shown of its history. */
const LATEST = 10;
/** What stands before times that come only if somebody resumes it. No name of a field is longer. */
const IF_RESUMED = "If resumed";

/** Prints one schedule in full. */
export async function showSchedule(input: Input, io: Io): Promise<number> {
  await using queue = await openExisting(io);
  const [overview] = await overviewsOf(input.args, queue) as [ScheduleOverview];
  const { schedule } = overview;
  if (input.flag("yaml")) {
    await io.out(await toYaml([schedule], { defaults: io.jobs?.defaults }));
    return 0;
  }
  const next = await queue.schedules.next(schedule.name, { limit: NEXT });
  const history = await queue.schedules.history(schedule.name, { limit: LATEST });
  await io.out(
    io.json
      ? jsonLine({
        ...overviewShape(overview),
        next: next.map(isoTime),
        history: history.map((firing) => firingShape(firing, schedule.name)),
      })
      : await schedulePage(overview, next, history, io),
  );
  return 0;
}

/** The page of `gigq schedule show`: fields, then the latest of its history. */
export async function schedulePage(
  overview: ScheduleOverview,
  next: readonly number[],
  history: readonly Firing[],
  io: Pick<Io, "columns" | "color" | "now">,
): Promise<string> {
  const { schedule } = overview;
  const { definition } = schedule;
  const now = io.now();
  const fields: Field[] = [
    ["Schedule", schedule.name],
    ["For", definition.description === null ? null : sentence(definition.description, io)],
    ...standing(overview, io),
    ["When", await describeRule(definition.when)],
    await nextField(definition, next, now, schedule.state.paused === null ? "Next" : IF_RESUMED),
    ...targetFields(definition.target),
    ...policyFields(definition),
    // On the clocks of all other times here, to the second.
    [
      "Created",
      `${slotTime(schedule.createdAt, definition.when.zone)}  ${relativeTime(schedule.createdAt, now)}`,
    ],
  ];
  const table = historyTable(history, definition.when.zone, io);
  return renderFields(fields, io) + (table === "" ? "" : `\n${table}`);
}

/** A text that is told in full, in as many lines as it takes. */
function sentence(text: string, { columns }: Pick<Io, "columns">): readonly string[] {
  const line = escapeLine(text);
  return columns === null ? [line] : wrap(line, Math.max(LEAST_ROOM, columns - IF_RESUMED.length - 2));
}

function standing(overview: ScheduleOverview, io: Pick<Io, "columns" | "now">): Field[] {
  const { paused, fired, failures, recent } = overview.schedule.state;
  const success = successText(recent);
  return [
    ["State", stateText(overview), stateStyle(overview)],
    [
      "Paused",
      paused === null ? null : sentence(`${relativeTime(paused.at, io.now())}${because(paused.reason)}`, io),
    ],
    ["Ran", fired === 0 ? null : fired === 1 ? "once" : `${fired} times`],
    ["Success", success === "" ? null : `${success}${failuresText(failures)}`],
  ];
}

function because(reason: string | null): string {
  return reason === null ? "" : `: ${reason}`;
}

function failuresText(failures: number): string {
  return failures === 0 ? "" : failures === 1 ? ", the last failed" : `, the last ${failures} failed`;
}
