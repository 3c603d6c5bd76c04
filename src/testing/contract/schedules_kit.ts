/** What the cases about schedules are written with. */

import assert from "node:assert/strict";
import type { NewJob } from "../../core/job.ts";
import type { Advanced, Due, ScheduleStep, Store } from "../../core/ports.ts";
import type {
  Firing,
  FiringStatus,
  NewSchedule,
  Schedule,
  ScheduleDefinition,
  ScheduleState,
} from "../../core/schedule.ts";
import { type Kit, newJob, T } from "./kit.ts";

/** What JSON can carry: nothing of it may be lost, or taken for something else. */
const ODD = JSON.parse(
  String
    .raw`{"__proto__":{"a":1},"":[null,-0.5,1e300,[[]],{}],"nul":"\u0000","half":"\ud800","ls":"\u2028","🦊":"ä"}`,
);

/** A definition with something of everything, but for `parts`. */
export function newDefinition(parts: Partial<ScheduleDefinition> = {}): ScheduleDefinition {
  const { after: _, step: __, ...job } = newJob({
    payload: { argv: ["echo", "\u0000\ud800'\"\\"], odd: ODD },
  });
  return {
    when: {
      zone: "Europe/Prague",
      cron: ["*/5 9-17 * * MON-FRI"],
      on: ["první 🦊"],
      everyMs: null,
      anchor: T,
      between: ["08:00-18:00"],
      except: [{ name: "svátky.ics", text: "BEGIN:VCALENDAR\r\nSUMMARY:Štědrý den\r\n\tEND:VCALENDAR" }],
      only: [],
      from: null,
      until: 8_640_000_000_000_000,
    },
    target: { type: "job", job },
    overlap: "skip",
    catchUp: "one",
    catchUpWindowMs: 3_600_000,
    count: null,
    jitterMs: 0,
    pauseOnFailure: 3,
    description: "nightly\n\u0000\ud800",
    ...parts,
  };
}

/** A schedule that has not fired yet and is never due, but for `parts`. */
export function newState(parts: Partial<ScheduleState> = {}): ScheduleState {
  return { cursor: T, nextAt: null, paused: null, fired: 0, failures: 0, recent: [], ...parts };
}

export function newSchedule(name: string, parts: Partial<ScheduleState> = {}): NewSchedule {
  return { name, definition: newDefinition(), state: newState(parts) };
}

/** Stores a schedule at {@linkcode T}. */
export async function added(
  { schedules }: Store,
  name: string,
  parts: Partial<ScheduleState> = {},
): Promise<Schedule> {
  const schedule = await schedules.add(newSchedule(name, parts), T);
  assert.ok(schedule, `${name} is there already`);
  return schedule;
}

/** An entry about a slot that was decided at its time, with no jobs. */
export function newFiring(
  { id }: Pick<Schedule, "id">,
  slot: number,
  status: FiringStatus = "skipped",
  parts: Partial<Firing> = {},
): Firing {
  return {
    schedule: id,
    slot,
    status,
    trigger: "time",
    reason: null,
    slots: 1,
    decidedAt: slot,
    startedAt: null,
    endedAt: null,
    job: null,
    run: null,
    by: null,
    ...parts,
  };
}

/** A change of what was read, of nothing but `parts`. */
export function stepOf({ id, version, state }: Schedule, parts: Partial<ScheduleStep> = {}): ScheduleStep {
  return { id, version, state, firings: [], fire: null, ...parts };
}

/** A change that stores jobs for a slot. */
export function fireOf(
  schedule: Schedule,
  slot: number,
  jobs: readonly Partial<NewJob>[] = [{}],
  { workflow = null, ...firing }:
    & Partial<Firing>
    & Partial<Pick<NonNullable<ScheduleStep["fire"]>, "workflow">> = {},
): ScheduleStep {
  return stepOf(schedule, {
    firings: [newFiring(schedule, slot, "started", { startedAt: slot, ...firing })],
    fire: { slot, jobs: jobs.map(newJob), workflow },
  });
}

export type Accepted = Extract<Advanced, { readonly accepted: true }>;

/** Makes a change, which must be accepted. */
export async function advanced({ schedules }: Store, step: ScheduleStep, now = T): Promise<Accepted> {
  const result = await schedules.advance(step, now);
  assert.ok(result.accepted, `the change of schedule ${step.id} was not accepted`);
  return result;
}

/** Makes a change, which must not be accepted. */
export async function assertStale({ schedules }: Store, step: ScheduleStep): Promise<void> {
  assert.deepEqual(await schedules.advance(step, T), { accepted: false });
}

/** All that a store says of schedules, and the last ids that it gave. */
export async function scheduleContent(store: Store): Promise<unknown> {
  const { schedules, transfer } = store;
  return [
    await schedules.list(),
    await schedules.firings({}),
    await schedules.due(T),
    await store.list({}),
    await store.workflows({}),
    (await transfer?.read(null, 1))?.records,
  ];
}

/** A workflow run. */
export const RUN = { name: "w", key: "k", params: { "ü": [1] }, source: "w.yaml" };
/** Its jobs, one after the other, and one for failures. */
export const STEPS = [
  { step: "fetch" },
  { step: "parse", after: [{ index: 0, on: "success" }] },
  { step: "alert", after: [{ index: 0, on: "failure" }, { index: 1, on: "failure" }] },
] as const;

/** Slots and jobs of the open firings of the only schedule that is due. */
export async function openFirings({ store }: Kit): Promise<unknown[]> {
  const { schedules: [due, ...rest] } = await store.schedules.due(T);
  assert.deepEqual(rest, []);
  return due === undefined ? [] : due.open.map(({ slot, jobs }) => [slot - T, jobs]);
}

/** Ids of the schedules that are due. */
export const idsOf = ({ schedules }: Due): number[] => schedules.map(({ schedule }) => schedule.id);
