/** What `queue.schedules` does, loaded when it is first asked. */

import { UsageError } from "../../core/errors.ts";
import { type Firing, FIRING_STATUSES, type Schedule } from "../../core/schedule.ts";
import { runsLeft } from "../../core/schedule/definition.ts";
import { runNow } from "../../core/schedule/by_hand.ts";
import { integer } from "../numbers.ts";
import { checkKeys, checkNames, checkWords } from "./arguments.ts";
import { timesOf } from "./calendars.ts";
import { BY, change, find, noSchedule, type ScheduleQueue, stateOnly } from "./change.ts";
import { define } from "./define.ts";
import { toMoment } from "./moment.ts";
import { checkName } from "./name.ts";
import type { ScheduleOptions } from "./options.ts";
import { firstState, goingOn, pausedState } from "./state.ts";
import { toTarget } from "./target.ts";
import type { HistoryOptions, ListOptions, NextOptions, ScheduleOverview, TargetInput } from "./types.ts";

export { apply } from "./apply.ts";
export { backfill } from "./backfill.ts";
export { edit } from "./edit.ts";
export { jobs } from "./jobs.ts";
export { simulate } from "./simulate.ts";
export { find };

/** Statuses of slots that ran, or run. */
const RAN = ["started", "completed", "failed", "cancelled", "gone"] as const;
const SHOWN_NEXT = 5;
const SHOWN_HISTORY = 100;
const MOST_SHOWN = 1_000_000;

/** See `QueueSchedules.add`. */
export async function add(
  queue: ScheduleQueue,
  name: string,
  target: TargetInput,
  given: ScheduleOptions,
): Promise<Schedule> {
  checkName(name);
  checkKeys("schedule", given);
  const { job = {}, ...options } = given;
  const now = queue.now();
  const { definition, times } = await define(name, toTarget(target, job, queue.defaults), options, null, now);
  const state = firstState(definition, times, now);
  const added = await queue.store.schedules.add({ name, definition, state }, now);
  if (added !== null) return added;
  throw new UsageError(`There is a schedule "${name}" already`, {
    hint: `gigq schedule edit ${name} changes it`,
  });
}

/** See `QueueSchedules.list`. */
export async function list(
  { store: { schedules } }: ScheduleQueue,
  options: ListOptions,
): Promise<readonly ScheduleOverview[]> {
  checkKeys("list", options);
  const { names } = options;
  if (names !== undefined) checkNames(names);
  const found = schedules.list(names === undefined ? {} : { names });
  const chosen = names === undefined ? {} : { schedules: (await found).map(({ id }) => id) };
  const [all, latest, open] = await Promise.all([
    found,
    schedules.firings({ ...chosen, statuses: RAN, limit: 1 }),
    schedules.firings({ ...chosen, statuses: ["started", "queued"] }),
  ]);
  const last = new Map(latest.map((firing) => [firing.schedule, firing]));
  const counts = new Map<string, number>();
  for (const { schedule, status } of open) {
    counts.set(`${schedule} ${status}`, (counts.get(`${schedule} ${status}`) ?? 0) + 1);
  }
  return all.map((schedule) => ({
    schedule,
    last: last.get(schedule.id) ?? null,
    running: counts.get(`${schedule.id} started`) ?? 0,
    queued: counts.get(`${schedule.id} queued`) ?? 0,
  }));
}

/** See `QueueSchedules.next`. */
export async function next(
  queue: ScheduleQueue,
  name: string,
  options: NextOptions,
): Promise<readonly number[]> {
  checkKeys("next", options);
  const { limit = SHOWN_NEXT, after } = options;
  integer("limit", limit, 1, MOST_SHOWN);
  const { definition, state } = await find(queue, name);
  const { when } = definition;
  const now = queue.now();
  const times = await timesOf(when);
  const begin = after === undefined
    ? now
    : await toMoment("after", after, { zone: when.zone, now, edge: "first" });
  return times.within(begin, Infinity, Math.min(limit, runsLeft(definition, state)));
}

/** See `QueueSchedules.pause`. */
export async function pause(queue: ScheduleQueue, name: string, reason: string | null): Promise<Schedule> {
  return (await change(
    queue,
    name,
    ({ state }, now) => state.paused === null ? stateOnly(pausedState(state, reason, now)) : null,
  )).schedule;
}

/** See `QueueSchedules.resume`. */
export async function resume(queue: ScheduleQueue, name: string): Promise<Schedule> {
  return (await change(
    queue,
    name,
    async (schedule, now) =>
      schedule.state.paused === null
        ? null
        : stateOnly(goingOn(schedule, await timesOf(schedule.definition.when), now)),
  )).schedule;
}

/** See `QueueSchedules.remove`. */
export async function remove(queue: ScheduleQueue, name: string): Promise<void> {
  const { id } = await find(queue, name);
  if (await queue.store.schedules.remove(id)) return;
  throw noSchedule(name, (await queue.store.schedules.list()).map((schedule) => schedule.name));
}

/** See `QueueSchedules.run`. */
export async function run(queue: ScheduleQueue, name: string): Promise<Firing> {
  let slot = 0;
  const { schedule } = await change(queue, name, async (schedule, now) => {
    slot = await freeSlot(queue, schedule, now);
    return runNow(schedule, slot, now, BY);
  });
  const [firing] = await queue.store.schedules.firings({ schedules: [schedule.id], from: slot, until: slot });
  return firing!;
}

/** The present, moved so that it is no slot of the rule and none that is in the history. */
async function freeSlot(
  { store }: ScheduleQueue,
  { id, definition }: Schedule,
  now: number,
): Promise<number> {
  const times = await timesOf(definition.when);
  const taken = new Set(
    (await store.schedules.firings({ schedules: [id], from: now })).map(({ slot }) => slot),
  );
  let slot = now;
  while (taken.has(slot) || times.next(slot - 1) === slot) slot++;
  return slot;
}

/** See `QueueSchedules.history`. */
export async function history(
  queue: ScheduleQueue,
  name: string,
  options: HistoryOptions,
): Promise<readonly Firing[]> {
  checkKeys("history", options);
  const { limit = SHOWN_HISTORY, from, until, statuses } = options;
  if (statuses !== undefined) checkWords("statuses", statuses, FIRING_STATUSES);
  integer("limit", limit, 1, MOST_SHOWN);
  const { id, definition: { when: { zone } } } = await find(queue, name);
  const now = queue.now();
  return await queue.store.schedules.firings({
    schedules: [id],
    limit,
    ...from !== undefined &&
      { from: await toMoment("from", from, { zone, now, edge: "first", toward: "past" }) },
    ...until !== undefined &&
      { until: await toMoment("until", until, { zone, now, edge: "last", toward: "past" }) },
    ...statuses !== undefined && { statuses },
  });
}
