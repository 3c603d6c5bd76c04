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

type State = Schedule["state"];

/** Pauses schedules, and prints a line for each. */
export function pauseSchedules(input: Input, io: Io): Promise<number> {
  const reason = input.string("reason");
  return change(input, io, (queue, name) => queue.schedules.pause(name, reason), pausedText);
}

/** Resumes schedules, and prints a line for each. */
export function resumeSchedules(input: Input, io: Io): Promise<number> {
  return change(input, io, (queue, name) => queue.schedules.resume(name), resumedText);
}

/** All of the names exist, or nothing is changed. */
async function change(
  input: Input,
  io: Io,
  apply: (queue: JobQueue, name: string) => Promise<Schedule>,
  told: (before: State, after: State, now: number) => string,
): Promise<number> {
  await using queue = await openExisting(io);
  for (const { schedule } of await overviewsOf(input.args, queue)) {
    const { name, state } = await apply(queue, schedule.name);
    await io.out(
      io.json
        ? jsonLine({ name, paused: state.paused !== null, nextAt: isoTime(state.nextAt) })
        : `${escapeLine(name)} ${told(schedule.state, state, io.now())}\n`,
    );
  }
  return 0;
}

function pausedText({ paused }: State, _after: State, now: number): string {
  if (paused === null) return "paused";
  const why = paused.reason === null ? "" : `: ${escapeLine(paused.reason)}`;
  return `was paused already, ${relativeTime(paused.at, now)}${why}`;
}

function resumedText({ paused }: State, { nextAt }: State, now: number): string {
  const next = nextAt === null ? "over" : `due ${relativeTime(nextAt, now)}`;
  if (paused === null) return `was not paused, and is ${next}`;
  return `resumed, ${nextAt === null ? "but it is over" : next}`;
}
