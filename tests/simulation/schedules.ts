/** Schedules of a simulated life: one for each way to deal with runs that take long, and with times nobody was there. */

import { assert, assertEquals } from "@std/assert";
import type { Store, Timetable } from "../../src/core/ports.ts";
import { CATCH_UPS, OVERLAPS, type ScheduleDefinition } from "../../src/core/schedule.ts";
import { everyMs } from "../core/schedule/world.ts";
import type { Chance } from "./chance.ts";
import type { Ledger } from "./ledger.ts";
import { randomJob } from "./submissions.ts";

const MINUTE = 60_000;

/** Slots at multiples of the interval: libraries would take their turns of the event loop, and spoil the order of things. */
export const intervals: Timetable = { times: ({ everyMs: ms }) => Promise.resolve(everyMs(ms!)) };

/** Adds one for each way to overlap, with an interval of its own. */
export async function addSchedules(store: Store, chance: Chance, now: number): Promise<void> {
  for (const overlap of OVERLAPS) {
    const definition = randomDefinition(chance, now, overlap, chance.pick(CATCH_UPS));
    const nextAt = everyMs(definition.when.everyMs!).next(now);
    const state = { cursor: now, nextAt, paused: null, fired: 0, failures: 0, recent: [] };
    await store.schedules.add({ name: overlap, definition, state }, now);
  }
}

function randomDefinition(
  chance: Chance,
  now: number,
  overlap: ScheduleDefinition["overlap"],
  catchUp: ScheduleDefinition["catchUp"],
): ScheduleDefinition {
  const { after: _, step: __, ...job } = randomJob(chance, 0, { runAt: null, unique: null });
  return {
    when: {
      ...{ zone: "UTC", cron: [], on: [], everyMs: chance.int(7, 40) * MINUTE, anchor: now, between: [] },
      ...{ except: [], only: [], from: null, until: null },
    },
    target: { type: "job", job },
    overlap,
    catchUp,
    // A clock that is set a day forward would bring hundreds of jobs, and those that hang take weeks.
    catchUpWindowMs: catchUp === "all" || chance.happens(0.3) ? chance.int(10, 300) * MINUTE : null,
    count: null,
    jitterMs: chance.happens(0.3) ? 2 * MINUTE : 0,
    pauseOnFailure: null,
    description: null,
  };
}

/** The schedules of a store, with every job that one of their slots stores written down. */
export function witnessedSchedules(store: Store, ledger: Ledger): Store["schedules"] {
  const { schedules } = store;
  return {
    add: (schedule, now) => schedules.add(schedule, now),
    list: (filter) => schedules.list(filter),
    remove: (id) => schedules.remove(id),
    due: (now) => schedules.due(now),
    firings: (filter) => schedules.firings(filter),
    advance: async (step, now) => {
      const answer = await schedules.advance(step, now);
      if (!answer.accepted || step.fire === null) return answer;
      ledger.fired(step.id, step.fire.slot, now);
      answer.jobs.forEach((id, at) => ledger.submitted(id, step.fire!.jobs[at]!, now));
      return answer;
    },
  };
}

/** Nothing more is started. */
export async function pauseSchedules(store: Store, now: number): Promise<void> {
  for (const { id } of await store.schedules.list()) {
    for (let tries = 0;; tries++) {
      assert(tries < 100, `schedule ${id} cannot be paused`);
      const [schedule] = await store.schedules.list({ ids: [id] });
      const state = { ...schedule!.state, nextAt: null, paused: { at: now, reason: null } };
      const step = { id, version: schedule!.version, state, firings: [], fire: null };
      if ((await store.schedules.advance(step, now)).accepted) break;
    }
  }
}

/** Each slot up to the last that was decided is in the history once, and what has a job has it for good. */
export async function accountSchedules(store: Store, since: number): Promise<void> {
  for (const { id, name, definition, state } of await store.schedules.list()) {
    const slots = everyMs(definition.when.everyMs!).within(since, state.cursor, Infinity);
    const firings = await store.schedules.firings({ schedules: [id] });
    const counted = firings.reduce((sum, firing) => sum + firing.slots, 0);
    assertEquals(counted, slots.length, `slots of ${name} in its history`);
    const expected = new Set(slots);
    for (const { slot } of firings) assert(expected.has(slot), `${slot} is no slot of ${name}`);
    assert(definition.overlap !== "allow" || firings.every(({ status }) => status !== "skipped"), name);
  }
}
