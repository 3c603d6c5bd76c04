/** Making the stored schedules be as a file (or a script) wants them. */

import { DataError, UsageError } from "../../core/errors.ts";
import type { Schedule } from "../../core/schedule.ts";
import { checkKeys, checkWanted } from "./arguments.ts";
import { change, type ScheduleQueue, stateOnly, type Step } from "./change.ts";
import { define, type Defined } from "./define.ts";
import { differences } from "./differences.ts";
import { checkName } from "./name.ts";
import { firstState, goingOn, pausedState, redefinedState } from "./state.ts";
import { toTarget } from "./target.ts";
import type { ApplyOptions, Difference, ScheduleChange, WantedSchedule } from "./types.ts";

/** See `QueueSchedules.apply`. */
export async function apply(
  queue: ScheduleQueue,
  wanted: readonly WantedSchedule[],
  options: ApplyOptions,
): Promise<readonly ScheduleChange[]> {
  checkKeys("apply", options);
  checkWanted(wanted);
  const { prune = false, dryRun = false } = options;
  const names = new Set<string>();
  for (const { name } of wanted) {
    checkName(name);
    if (names.has(name)) throw new UsageError(`Schedule "${name}" is there twice`);
    names.add(name);
  }
  const stored = new Map((await queue.store.schedules.list()).map((schedule) => [schedule.name, schedule]));
  const changes: ScheduleChange[] = [];
  for (const one of wanted) {
    changes.push(await inside(one.name, () => compare(queue, one, stored.get(one.name))));
  }
  const surplus = prune ? [...stored.values()].filter(({ name }) => !names.has(name)) : [];
  if (!dryRun) {
    for (const [index, one] of wanted.entries()) {
      if (changes[index]!.change !== "unchanged") await inside(one.name, () => store(queue, one));
    }
    for (const { id } of surplus) await queue.store.schedules.remove(id);
  }
  return [...changes, ...surplus.map(({ name }) => ({ name, change: "removed" as const, differences: [] }))];
}

/** Says which of many schedules is wrong. */
async function inside<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const made = error instanceof UsageError ? UsageError : error instanceof DataError ? DataError : null;
    if (made === null) throw error;
    const { message, hint } = error as UsageError | DataError;
    throw new made(`Schedule "${name}": ${message}`, { hint, cause: error });
  }
}

async function compare(
  queue: ScheduleQueue,
  wanted: WantedSchedule,
  stored: Schedule | undefined,
): Promise<ScheduleChange> {
  const now = queue.now();
  const { name } = wanted;
  const defined = await defineWanted(queue, wanted, stored, now);
  if (stored === undefined) {
    firstState(defined.definition, defined.times, now);
    return { name, change: "added", differences: [] };
  }
  // Says now what would be refused then.
  if (stepOf(wanted, stored, defined, now) === null) return { name, change: "unchanged", differences: [] };
  return { name, change: "changed", differences: differing(wanted, stored, defined) };
}

/** The definition of a wanted schedule, in the place of a stored one. */
export async function defineWanted(
  queue: ScheduleQueue,
  { name, target, options: given }: WantedSchedule,
  stored: Schedule | undefined,
  now: number,
): Promise<Defined> {
  checkKeys("schedule", given);
  const { job = {}, ...options } = given;
  return await define(
    name,
    toTarget(target, job, queue.defaults),
    options,
    null,
    now,
    stored?.definition ?? null,
  );
}

function differing(
  { paused }: WantedSchedule,
  stored: Schedule,
  { definition }: Defined,
): readonly Difference[] {
  const found = differences(stored.definition, definition);
  const before = stored.state.paused !== null;
  return paused === undefined || paused === before
    ? found
    : [...found, { path: "paused", before, after: paused }];
}

/** What makes the stored schedule be as it is wanted; `null`: it is so already. */
function stepOf(
  wanted: WantedSchedule,
  stored: Schedule,
  { definition, times }: Defined,
  now: number,
): Step | null {
  if (differing(wanted, stored, { definition, times }).length === 0) return null;
  const state = redefinedState(stored, definition, times, now);
  const isPaused = state.paused !== null;
  const { paused = isPaused } = wanted;
  return {
    ...stateOnly(
      paused === isPaused
        ? state
        : paused
        ? pausedState(state, null, now)
        : goingOn({ ...stored, definition, state }, times, now),
    ),
    definition,
  };
}

async function store(queue: ScheduleQueue, wanted: WantedSchedule): Promise<void> {
  const { name } = wanted;
  const now = queue.now();
  const [stored] = await queue.store.schedules.list({ names: [name] });
  if (stored === undefined) {
    const { definition, times } = await defineWanted(queue, wanted, undefined, now);
    const state = firstState(definition, times, now, wanted.paused);
    if (await queue.store.schedules.add({ name, definition, state }, now) !== null) return;
  }
  await change(
    queue,
    name,
    async (schedule, now) => stepOf(wanted, schedule, await defineWanted(queue, wanted, schedule, now), now),
  );
}
