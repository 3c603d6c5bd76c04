/** What `gigq schedule add` does. */

import { GigqError, UsageError } from "../../../core/errors.ts";
import type { Schedule } from "../../../core/schedule.ts";
import { define, type Defined } from "../../../library/schedules/define.ts";
import { checkName } from "../../../library/schedules/name.ts";
import type { ScheduleOptions } from "../../../library/schedules/options.ts";
import { firstSlot } from "../../../library/schedules/state.ts";
import { toTarget } from "../../../library/schedules/target.ts";
import type { TargetInput } from "../../../library/schedules/types.ts";
import { escapeLine } from "../../../output/escape.ts";
import { jsonLine } from "../../../output/json_lines.ts";
import type { Input } from "../../command.ts";
import type { Io } from "../../io.ts";
import { openExisting, openServer, openToStore } from "../../open_queue.ts";
import { jobOptionsOf, scheduleOptions, targetOf } from "../../schedules/read_options.ts";
import { saysWhen, zoneOption } from "../../schedules/read_when.ts";
import { definitionShape, scheduleShape } from "../../schedules/shapes.ts";
import { tellUnderstood } from "../../schedules/understood.ts";

/** Stores a schedule, prints its name and tells how it was understood. */
export async function addSchedule(input: Input, io: Io): Promise<number> {
  const name = checkName(input.args[0]!);
  const dryRun = input.flag("dry-run");
  await using server = dryRun ? null : await openServer(io, openToStore);
  const { target, options } = await wanted(input, io);
  // What is wrong with it is told before a file is made.
  const { definition } = await defined(name, target, options, io);
  if (dryRun) {
    await refuseTaken(name, io);
    await tellUnderstood(definition, 0, io);
    io.err("Nothing was added: this is what would be\n");
    await io.out(io.json ? jsonLine({ name, ...definitionShape(definition) }) : `${escapeLine(name)}\n`);
    return 0;
  }
  await using queue = server ?? await openToStore(io);
  const schedule = await queue.schedules.add(name, target, options);
  await tellUnderstood(schedule.definition, 0, io);
  await io.out(io.json ? jsonLine(scheduleShape(schedule)) : `${escapeLine(name)}\n`);
  return 0;
}

async function wanted(
  input: Input,
  io: Io,
): Promise<{ readonly target: TargetInput; readonly options: ScheduleOptions }> {
  if (!saysWhen(input)) {
    throw new UsageError("Nothing says when it is due", {
      hint: "Give --cron '0 9 * * MON-FRI', --on 'every weekday at 09:00' or --every 15m",
    });
  }
  const options = await scheduleOptions(input, io, zoneOption(input));
  const target = await targetOf(input, io);
  const job = jobOptionsOf(input);
  return { target, options: Object.keys(job).length === 0 ? options : { ...options, job } };
}

async function defined(
  name: string,
  target: TargetInput,
  options: ScheduleOptions,
  io: Io,
): Promise<Defined> {
  const { job = {}, ...rest } = options;
  const now = io.now();
  const defined = await define(name, toTarget(target, job, io.jobs?.defaults ?? {}), rest, null, now);
  firstSlot(defined.definition, defined.times, now);
  return defined;
}

/** For a dry run: the queue may not be there yet. */
async function refuseTaken(name: string, io: Io): Promise<void> {
  let found: Schedule;
  try {
    await using queue = await openExisting(io);
    found = await queue.schedules.get(name);
  } catch (error) {
    if (error instanceof GigqError) return;
    throw error;
  }
  throw new UsageError(`There is a schedule "${found.name}" already`, {
    hint: `gigq schedule edit ${found.name} changes it`,
  });
}
