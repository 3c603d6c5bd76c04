/** Looking ahead: what would fire, and what would get into its way. */

import { systemZone } from "../../calendar/zone_name.ts";
import { BOUNDS } from "../../core/bounds.ts";
import { UsageError } from "../../core/errors.ts";
import type { Times } from "../../core/ports.ts";
import type { Firing, Schedule, ScheduleDefinition } from "../../core/schedule.ts";
import { runsLeft } from "../../core/schedule/definition.ts";
import { slotText } from "../../core/schedule/slot_text.ts";
import { defineWanted } from "./apply.ts";
import { checkKeys, checkNames, checkWanted } from "./arguments.ts";
import { timesOf } from "./calendars.ts";
import { noSchedule, type ScheduleQueue } from "./change.ts";
import { forecast, median } from "./forecast.ts";
import { toMoment } from "./moment.ts";
import type { SimulateOptions, Simulation } from "./types.ts";

/** A schedule to look ahead at. */
interface Foreseen {
  readonly name: string;
  readonly definition: ScheduleDefinition;
  readonly times: Times;
  /** Slots that it has run of its `count`. */
  readonly fired: number;
  /** How long its runs took lately. */
  readonly durations: readonly number[];
}

/** See `QueueSchedules.simulate`. */
export async function simulate(queue: ScheduleQueue, options: SimulateOptions): Promise<Simulation> {
  checkKeys("simulate", options);
  const now = queue.now();
  const zone = systemZone();
  // Now is decided already.
  const from = options.from === undefined
    ? now + 1
    : await toMoment("from", options.from, { zone, now, edge: "first" });
  const until = await toMoment("until", options.until, { zone, now, edge: "last" });
  if (until < from) {
    throw new UsageError("The end of a simulation is before its beginning", {
      hint: `It is from ${slotText(from, zone)} until ${slotText(until, zone)}`,
    });
  }
  return foresee(await gather(queue, options, now), from, until);
}

async function gather(
  queue: ScheduleQueue,
  { names, wanted }: SimulateOptions,
  now: number,
): Promise<readonly Foreseen[]> {
  if (wanted !== undefined) checkWanted(wanted);
  const stored = new Map((await queue.store.schedules.list()).map((schedule) => [schedule.name, schedule]));
  if (names !== undefined) checkKnown(names, wanted?.map(({ name }) => name) ?? [...stored.keys()]);
  const all: Omit<Foreseen, "durations">[] = [];
  if (wanted === undefined) {
    for (const { name, definition, state } of stored.values()) {
      const chosen = names === undefined ? state.paused === null : names.includes(name);
      if (chosen) all.push({ name, definition, times: await timesOf(definition.when), fired: state.fired });
    }
  } else {
    for (const one of wanted) {
      const { name } = one;
      const known = stored.get(name);
      const { paused = known !== undefined && known.state.paused !== null } = one;
      const chosen = names === undefined ? !paused : names.includes(name);
      if (!chosen) continue;
      all.push({ name, ...await defineWanted(queue, one, known, now), fired: known?.state.fired ?? 0 });
    }
  }
  const durations = await durationsOf(queue, [...stored.values()]);
  return all.map((one) => ({ ...one, durations: durations.get(stored.get(one.name)?.id ?? 0) ?? [] }));
}

function checkKnown(names: readonly string[], known: readonly string[]): void {
  checkNames(names);
  const missing = names.find((name) => !known.includes(name));
  if (missing !== undefined) throw noSchedule(missing, known);
}

/** How long the latest runs took, from when their jobs were stored: that is how long others wait for them. */
async function durationsOf(
  { store }: ScheduleQueue,
  schedules: readonly Schedule[],
): Promise<ReadonlyMap<number, readonly number[]>> {
  const ended: readonly Firing[] = schedules.length === 0 ? [] : await store.schedules.firings({
    schedules: schedules.map(({ id }) => id),
    statuses: ["completed", "failed"],
    limit: BOUNDS.recentRuns,
  });
  const durations = new Map<number, number[]>();
  for (const { schedule, startedAt, endedAt } of ended) {
    if (startedAt === null || endedAt === null) continue;
    const list = durations.get(schedule) ?? [];
    list.push(endedAt - startedAt);
    durations.set(schedule, list);
  }
  return durations;
}

/**
 * Works out every slot of some schedules from one time up to another, both included. Pure.
 *
 * @throws {UsageError} When there are too many
 */
function foresee(schedules: readonly Foreseen[], from: number, until: number): Simulation {
  const sorted = [...schedules].sort((a, b) => a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
  const firings: { at: number; name: string }[] = [];
  const overlaps = sorted.map(({ name, definition, times, fired, durations }) => {
    const room = BOUNDS.simulatedSlots - firings.length;
    const slots = times.within(from - 1, until, Math.min(runsLeft(definition, { fired }), room + 1));
    if (slots.length > room) throw tooMany(name);
    for (const at of slots) firings.push({ at, name });
    return forecast(name, definition.overlap, slots, median(durations));
  });
  // Each schedule's are in order already, and the sort keeps names in order at one time.
  firings.sort((a, b) => a.at - b.at);
  return { from, until, firings, collisions: collisionsOf(firings), overlaps };
}

function tooMany(name: string): UsageError {
  return new UsageError(
    `There are more than the ${BOUNDS.simulatedSlots} slots that a simulation can hold, up to those of "${name}"`,
    { hint: "Look at a shorter time, or at fewer schedules" },
  );
}

function collisionsOf(firings: Simulation["firings"]): Simulation["collisions"] {
  const collisions: { at: number; names: string[] }[] = [];
  for (let index = 1; index < firings.length; index++) {
    const { at, name } = firings[index]!;
    const before = firings[index - 1]!;
    if (before.at !== at) continue;
    const last = collisions.at(-1);
    if (last?.at === at) last.names.push(name);
    else collisions.push({ at, names: [before.name, name] });
  }
  return collisions;
}
