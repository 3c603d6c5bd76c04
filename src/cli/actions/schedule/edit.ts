/** What `gigq schedule edit` does. */

import { UsageError } from "../../../core/errors.ts";
import type { Schedule, ScheduleDefinition } from "../../../core/schedule.ts";
import type { JobQueue } from "../../../library/queue.ts";
import { differences } from "../../../library/schedules/differences.ts";
import { edited } from "../../../library/schedules/edit.ts";
import type { ScheduleEdit } from "../../../library/schedules/types.ts";
import { escapeLine } from "../../../output/escape.ts";
import { jsonLine } from "../../../output/json_lines.ts";
import type { Input } from "../../command.ts";
import type { Io } from "../../io.ts";
import { openExisting } from "../../open_queue.ts";
import { changesText } from "../../schedules/change_text.ts";
import { clearedOptions } from "../../schedules/clear_option.ts";
import { editByHand } from "../../schedules/editor.ts";
import {
  bodySettings,
  jobOptionsOf,
  saysWhat,
  scheduleOptions,
  targetOf,
} from "../../schedules/read_options.ts";
import { saysWhen, zoneOption } from "../../schedules/read_when.ts";
import { definitionShape, scheduleShape } from "../../schedules/shapes.ts";
import { tellUnderstood } from "../../schedules/understood.ts";

/** Changes a schedule as the options say, or in an editor. */
export async function editSchedule(input: Input, io: Io): Promise<number> {
  await using queue = await openExisting(io);
  const schedule = await queue.schedules.get(input.args[0]!);
  const edit = await editOf(schedule, input, io);
  if (edit === null) return await editByHand(schedule, queue, io);
  if (input.flag("dry-run")) {
    const { definition } = await edited(schedule, edit, queue.defaults, io.now());
    tellChanges(schedule, definition, io);
    await tellUnderstood(definition, schedule.state.fired, io);
    io.err("Nothing was changed: this is what would be\n");
    await io.out(
      io.json
        ? jsonLine({ name: schedule.name, ...definitionShape(definition) })
        : `${escapeLine(schedule.name)}\n`,
    );
    return 0;
  }
  return await change(schedule, edit, queue, io);
}

async function change(before: Schedule, edit: ScheduleEdit, queue: JobQueue, io: Io): Promise<number> {
  const { name } = before;
  const after = await queue.schedules.edit(name, edit);
  if (after.version === before.version) io.err("Nothing was changed: it is so already\n");
  else {
    tellChanges(before, after.definition, io);
    await tellUnderstood(after.definition, after.state.fired, io);
  }
  await io.out(io.json ? jsonLine(scheduleShape(after)) : `${escapeLine(name)}\n`);
  return 0;
}

/** What differs: also what nobody named, such as the retries that another command does not have. */
function tellChanges({ name, definition }: Schedule, after: ScheduleDefinition, io: Io): void {
  const found = differences(definition, after);
  if (found.length === 0) return;
  io.err(changesText([{ name, change: "changed", differences: found }], { columns: null, color: false }));
}

/** What the options change; `null` when there are none. */
async function editOf({ definition }: Schedule, input: Input, io: Io): Promise<ScheduleEdit | null> {
  const said = await scheduleOptions(input, io, zoneOption(input, definition.when.zone));
  const cleared = clearedOptions(input.strings("clear"));
  const both = Object.keys(cleared).find((key) => key in said);
  if (both !== undefined) throw new UsageError(`--clear takes away what another option sets: ${both}`);
  // What makes its times is said as a whole: a new pattern beside the old phrase is rarely meant.
  const times = saysWhen(input) ? { cron: null, on: null, every: null } : {};
  const job = jobOptionsOf(input);
  const target = saysWhat(input) ? await targetOf(input, io) : undefined;
  if (target === undefined) refuseBodySettings(input);
  const options = { ...times, ...cleared, ...said, ...Object.keys(job).length > 0 && { job } };
  if (target === undefined && Object.keys(options).length === 0) return null;
  return { options, ...target !== undefined && { target } };
}

function refuseBodySettings(input: Input): void {
  const alone = bodySettings(input);
  if (alone === undefined) return;
  throw new UsageError(`--${alone} belongs to what it runs, which is not given`, {
    hint: "Give that, too, such as -- COMMAND",
  });
}
