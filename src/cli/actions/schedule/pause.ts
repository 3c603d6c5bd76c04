/** What `gigq schedule pause` and `gigq schedule resume` do. */

import type { Schedule } from "../../../core/schedule.ts";
import type { JobQueue } from "../../../library/queue.ts";
import { escapeLine } from "../../../output/escape.ts";
import { jsonLine } from "../../../output/json_lines.ts";
import { isoTime, relativeTime } from "../../../output/time.ts";
import type { Input } from "../../command.ts";
import type { Io } from "../../io.ts";
import { openExisting } from "../../open_queue.ts";
import { overviewsOf } from "../../schedules/find.ts";

/** Pauses schedules, and prints a line for each. */
export function pauseSchedules(input: Input, io: Io): Promise<number> {
  const reason = input.string("reason");
  return change(input, io, (queue, name) => queue.schedules.pause(name, reason));
}

/** Resumes schedules, and prints a line for each. */
export function resumeSchedules(input: Input, io: Io): Promise<number> {
  return change(input, io, (queue, name) => queue.schedules.resume(name));
}

/** All of the names exist, or nothing is changed. */
async function change(
  input: Input,
  io: Io,
  apply: (queue: JobQueue, name: string) => Promise<Schedule>,
): Promise<number> {
  await using queue = await openExisting(io);
  for (const { schedule } of await overviewsOf(input.args, queue)) {
    const { name, state } = await apply(queue, schedule.name);
    const paused = state.paused !== null;
    await io.out(
      io.json
        ? jsonLine({ name, paused, nextAt: isoTime(state.nextAt) })
        : `${escapeLine(name)} ${paused ? "paused" : resumedText(state.nextAt, io.now())}\n`,
    );
  }
  return 0;
}

function resumedText(nextAt: number | null, now: number): string {
  return `resumed, ${nextAt === null ? "but it is over" : `due ${relativeTime(nextAt, now)}`}`;
}
