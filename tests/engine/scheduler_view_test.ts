import { assertEquals } from "@std/assert";
import type { ScheduleStep } from "../../src/core/ports.ts";
import type { Firing, FiringStatus, Schedule } from "../../src/core/schedule.ts";
import { storedFirings, type View, viewAfter } from "../../src/engine/scheduler/view.ts";

function firing(slot: number, status: FiringStatus, job: number | null = null): Firing {
  return {
    ...{ schedule: 1, slot, status, trigger: "time", reason: null, slots: 1, decidedAt: slot },
    ...{ startedAt: null, endedAt: null, job, run: null, by: null },
  };
}

function step(firings: readonly Firing[], fired: number | null): ScheduleStep {
  const fire = fired === null ? null : { slot: fired, jobs: [], workflow: null };
  return { id: 1, version: 3, state: {} as Schedule["state"], firings, fire };
}

const BEFORE: View = {
  schedule: { id: 1, version: 3 } as Schedule,
  open: [{ ...firing(1, "started", 7), end: "completed" }, { ...firing(2, "queued"), end: null }, {
    ...firing(3, "queued"),
    end: null,
  }],
  queued: 10,
};
const schedule = { id: 1, version: 4 } as Schedule;
const accepted = { accepted: true, schedule, jobs: [8], workflow: null } as const;

Deno.test("after a step of its own a look knows what is open, in the order of slots, and how many wait", () => {
  const taken = step([
    firing(1, "completed", 7),
    firing(2, "started"),
    firing(5, "queued"),
    firing(4, "missed"),
  ], 2);
  const after = viewAfter(BEFORE, taken, accepted);
  assertEquals(after.open.map(({ slot, status, job, end }) => [slot, status, job, end]), [
    [2, "started", 8, null],
    [3, "queued", null, null],
    [5, "queued", null, null],
  ]);
  assertEquals([after.queued, after.schedule], [10, schedule]);
});

Deno.test("what waited and is skipped waits no more", () => {
  const after = viewAfter(BEFORE, step([firing(2, "skipped"), firing(3, "skipped")], null), accepted);
  assertEquals([after.open.map(({ slot }) => slot), after.queued], [[1], 8]);
});

Deno.test("a fired slot has its job, or its run", () => {
  const taken = step([firing(1, "completed", 7), firing(2, "started")], 2);
  assertEquals(storedFirings(taken, accepted).map(({ job, run }) => [job, run]), [[7, null], [8, null]]);
  const run = { ...accepted, jobs: [8, 9], workflow: 4 };
  assertEquals(storedFirings(taken, run).map(({ job, run }) => [job, run]), [[7, null], [null, 4]]);
});
