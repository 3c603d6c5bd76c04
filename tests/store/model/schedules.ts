/** Schedules in random lives: their commands, and what must hold of them whatever a store does. */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { NewJob } from "../../../src/core/job.ts";
import type { Advanced, Schedules, ScheduleStep, Store } from "../../../src/core/ports.ts";
import { type Firing, type FiringStatus, isOpen, type Schedule } from "../../../src/core/schedule.ts";
import {
  fireOf,
  newDefinition,
  newFiring,
  newSchedule,
  newState,
  stepOf,
} from "../../../src/testing/contract/schedules_kit.ts";
import type { Pick } from "./commands.ts";
import type { Observation } from "./observe.ts";

const STATUSES: readonly FiringStatus[] = [
  ...["queued", "started", "completed", "failed", "cancelled", "skipped", "missed", "gone"] as const,
];
/** Slots begin here. */
const START = 1_000_000;

/** What is to become of slots. */
export interface StepPlan {
  readonly pick: Pick;
  /** From a version that is not the latest. */
  readonly stale: boolean;
  readonly due: number | null;
  readonly redefine: boolean;
  readonly entries: readonly { readonly slot: number; readonly status: FiringStatus }[];
  /** How jobs are stored for the first of them; `null`: none are. */
  readonly fire: "jobs" | "run" | null;
}

export type ScheduleCommand =
  | { readonly type: "addSchedule"; readonly name: string; readonly due: number | null }
  | { readonly type: "removeSchedule"; readonly pick: Pick };

const pick = fc.noBias(fc.nat({ max: 1_000 }));
const due = fc.constantFrom(null, 0, 10, 60);

export const scheduleCommands = {
  addSchedule: {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant("addSchedule" as const),
      name: fc.constantFrom("a", "Z", "🦊", "\uff21"),
      due,
    }),
  },
  removeSchedule: {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant("removeSchedule" as const), pick }),
  },
};

export const stepPlan: fc.Arbitrary<StepPlan> = fc.record({
  pick,
  stale: fc.constantFrom(false, false, false, false, true),
  due,
  redefine: fc.boolean(),
  entries: fc.uniqueArray(
    fc.record({ slot: fc.noBias(fc.nat({ max: 4 })), status: fc.constantFrom(...STATUSES) }),
    { maxLength: 3, size: "max", selector: ({ slot }) => slot },
  ),
  fire: fc.constantFrom("jobs", "jobs", "run", null),
});

export function toScheduleCall(
  command: ScheduleCommand,
  schedules: readonly Schedule[],
  now: number,
): (store: Store) => Promise<unknown> {
  if (command.type === "removeSchedule") {
    const id = pickSchedule(schedules, command.pick).id;
    return (store) => store.schedules.remove(id);
  }
  const schedule = newSchedule(command.name, { nextAt: dueAt(command.due, now) });
  return (store) => store.schedules.add(schedule, now);
}

/** The change that a plan means now. */
export function toStep(
  plan: StepPlan,
  schedules: readonly Schedule[],
  jobs: readonly NewJob[],
  now: number,
): ScheduleStep {
  const picked = pickSchedule(schedules, plan.pick);
  const schedule = plan.stale ? { ...picked, version: picked.version - 1 } : picked;
  const state = newState({ nextAt: dueAt(plan.due, now), cursor: now });
  const definition = newDefinition({ description: `at ${now}` });
  const firings = plan.entries.map(({ slot, status }) =>
    newFiring(schedule, START + slot, status, { decidedAt: now, reason: `${status}\u0000` })
  );
  const parts = { state, firings, ...plan.redefine && { definition } };
  if (plan.fire === null || firings.length === 0) return stepOf(schedule, parts);
  const workflow = plan.fire === "jobs" ? null : { name: "recurring", key: null, params: {} };
  const { fire } = fireOf(schedule, firings[0]!.slot, jobs, { workflow });
  return stepOf(schedule, { ...parts, fire });
}

function dueAt(due: number | null, now: number): number | null {
  return due === null ? null : now + due;
}

/** One time in many, one that is not there. */
function pickSchedule(schedules: readonly Schedule[], pick: Pick): Schedule {
  const missing = { id: 1_000, version: 1, createdAt: 0, ...newSchedule("missing") };
  return pick % 19 === 18 ? missing : schedules[pick % schedules.length] ?? missing;
}

/** Hears what becomes of changes. */
export function listening(
  schedules: Schedules,
  heard: (
    step: ScheduleStep,
    answer: Advanced,
    before: readonly Schedule[],
    firings: readonly Firing[],
  ) => void,
): Schedules {
  return new Proxy(schedules, {
    get(target, key): unknown {
      if (key !== "advance") return (Reflect.get(target, key) as () => unknown).bind(target);
      return async (step: ScheduleStep, now: number): Promise<Advanced> => {
        const [before, firings] = [await target.list(), await target.firings({})];
        const answer = await target.advance(step, now);
        heard(step, answer, before, firings);
        return answer;
      };
    },
  });
}

/** A change is accepted from the latest version alone, and no slot fires twice. */
export function checkAdvanced(
  { id, version, fire }: ScheduleStep,
  { accepted }: Advanced,
  before: readonly Schedule[],
  firings: readonly Firing[],
): void {
  const known = before.find((schedule) => schedule.id === id);
  const entry = firings.find(({ schedule, slot }) => schedule === id && slot === fire?.slot);
  const hasFired = entry !== undefined && (entry.job !== null || entry.run !== null);
  assertEquals(accepted, known?.version === version && !hasFired, `change of schedule ${id}`);
}

/** What is due is told by what is stored: entries, jobs, the next time. */
export function checkSchedules({ schedules, firings, due, jobs }: Observation): void {
  assertEquals(new Set(schedules.map(({ name }) => name)).size, schedules.length, "names");
  const keys = firings.map(({ schedule, slot }) => `${schedule}/${slot}`);
  assertEquals(new Set(keys).size, keys.length, "slots");
  for (const { schedule } of firings) {
    assert(schedules.some(({ id }) => id === schedule), `history of ${schedule}`);
  }
  const open = firings.filter(isOpen).sort((a, b) => a.schedule - b.schedule || a.slot - b.slot);
  const wanted = schedules.filter(({ id, state }) =>
    state.nextAt !== null || open.some((one) => one.schedule === id)
  );
  assertEquals(due.schedules.map(({ schedule }) => schedule), wanted.toSorted((a, b) => a.id - b.id), "due");
  const shown = due.schedules.flatMap((one) => one.open);
  assertEquals(shown.map(({ jobs: _, ...firing }) => firing), open, "open entries");
  for (const { schedule, queued } of due.schedules) {
    const waiting = open.filter((one) => one.schedule === schedule.id && one.status === "queued");
    assertEquals(queued, waiting.length, `queued slots of schedule ${schedule.id}`);
  }
  for (const { job, run, jobs: counts } of shown) {
    const its = jobs.filter(({ id, workflow }) => run === null ? id === job : workflow === run);
    const counted = Object.entries(Object.groupBy(its, ({ status }) => status)).map((
      [status, list],
    ) => [status, list.length]);
    assertEquals(counts, Object.fromEntries(counted), `jobs of an open slot (job ${job}, run ${run})`);
  }
}
