import { assert, assertEquals, assertThrows } from "@std/assert";
import { DataError, UsageError } from "../../../src/core/errors.ts";
import type { JsonObject } from "../../../src/core/json.ts";
import type { Schedule, ScheduleDefinition } from "../../../src/core/schedule.ts";
import { backfill, runNow } from "../../../src/core/schedule/by_hand.ts";
import { batchOf, jitterOf, SCHEDULED, scheduledOf } from "../../../src/core/schedule/target.ts";
import type { StepJob, WorkflowSpec } from "../../../src/core/workflow.ts";
import { DEFINITION, JOB, T, World } from "./world.ts";

type Made = Pick<Schedule, "name" | "definition">;

const PRAGUE = { ...DEFINITION.when, zone: "Europe/Prague" };

function schedule(job: Partial<StepJob>, rest: Partial<ScheduleDefinition> = {}): Made {
  const target = { type: "job", job: { ...JOB, ...job } } as const;
  return { name: "nightly", definition: { ...DEFINITION, when: PRAGUE, target, ...rest } };
}

function payload(kind: string, payload: StepJob["payload"], slot = T): JsonObject {
  return batchOf(schedule({ kind, payload }), slot, slot).jobs[0]!.payload;
}

const $scheduled = { schedule: "nightly", at: T };

Deno.test("slot values: by the clock of the zone", () => {
  const argv = ["at", "date", "time", "name"].map((key) => `x-\${{ schedule.${key} }}`);
  assertEquals(payload("command", { argv }), {
    argv: ["x-2026-01-01T01:00:00+01:00", "x-2026-01-01", "x-01:00:00", "x-nightly"],
    $scheduled,
  });
  const late = Date.UTC(2026, 11, 31, 23, 30, 5);
  assertEquals(payload("command", { argv: ["${{schedule.date}} ${{ schedule.time }}"] }, late).argv, [
    "2027-01-01 00:30:05",
  ]);
});

Deno.test("slot values: functions get their params as they are, and escapes are taken off elsewhere", () => {
  const text = "${{ schedule.date }}";
  assertEquals(payload("function", { task: "t", params: { text } }).params, { text });
  assertEquals(payload("module", { url: "file:///x.ts", export: "f", params: { text } }).params, {
    text: "2026-01-01",
  });
  assertEquals(payload("command", { argv: ["$${{ x }}"] }).argv, ["${{ x }}"]);
});

Deno.test("slot values: a request keeps the places of its secrets", () => {
  const body = "${{ schedule.date }} $${{ kept }} ${{ secrets.KEY }}";
  const filled = payload("http", { url: "https://e.org/", body, secrets: { KEY: { env: "KEY" } } });
  assertEquals(filled.body, "2026-01-01 $${{ kept }} ${{ secrets.KEY }}");
  assertEquals(filled.$templates, [{ at: ["body"], as: "text" }]);
});

Deno.test("slot values: anything else is refused, by name", () => {
  const refused = (text: string, kind = "command", rest = {}): string =>
    (assertThrows(() => payload(kind, { argv: [text], ...rest }), DataError) as DataError).message;
  assert(refused("${{ params.date }}").includes("only the slot can be asked for"));
  assert(refused("${{ schedule.dat }}").includes('asks the schedule for "dat"'));
  assert(refused("${{ schedule.date.x }}").includes('"date.x"'));
  assert(refused("${{ schedule.toString }}").includes('"toString"'));
  assert(refused("echo ${{ schedule.date }}", "command", { shell: true }).includes("could run as code"));
});

Deno.test("times of jobs: start from the slot, expire from when it is fired", () => {
  const at = (job: Partial<StepJob>, now: number, jitterMs = 0): (number | null)[] => {
    const [made] = batchOf(schedule(job, { jitterMs }), T, now).jobs;
    return [made!.runAt, made!.expiresAt];
  };
  assertEquals(at({}, T), [null, null]);
  assertEquals(at({ runAt: 5_000, expiresAt: 60_000 }, T), [T + 5_000, T + 60_000]);
  assertEquals(at({ runAt: 5_000, expiresAt: 60_000 }, T + 1e6), [T + 5_000, T + 1e6 + 60_000]);
  const late = jitterOf("nightly", T, 10_000);
  assertEquals(at({ expiresAt: 60_000 }, T, 10_000), [T + late, T + late + 60_000]);
});

Deno.test("jitter: the same whenever it is asked, spread over the whole time", () => {
  const found = Array.from({ length: 1_000 }, (_, index) => jitterOf("nightly", T + index * 60_000, 1_000));
  assertEquals(found, Array.from({ length: 1_000 }, (_, at) => jitterOf("nightly", T + at * 60_000, 1_000)));
  assert(Math.min(...found) >= 0 && Math.max(...found) < 1_000);
  for (let tenth = 0; tenth < 1_000; tenth += 100) {
    const count = found.filter((ms) => ms >= tenth && ms < tenth + 100).length;
    assert(count > 60 && count < 140, `${count} of 1,000 in [${tenth}, ${tenth + 100})`);
  }
  assertEquals(jitterOf("nightly", T, 0), 0);
});

const SPEC: WorkflowSpec = {
  name: "report",
  params: { day: { type: "string" }, limit: { type: "integer", default: 3 } },
  maxFails: { count: 1 },
  steps: [
    {
      name: "a",
      job: { ...JOB, payload: { argv: ["echo", "${{ params.day }}"] } },
      after: [],
      templates: true,
    },
    { name: "b", job: { ...JOB, runAt: 1_000 }, after: [{ step: "a", on: "success" }], templates: false },
  ],
};

function workflow(params: Record<string, string>): Made {
  const target = { type: "workflow", spec: SPEC, params, source: "file:///r.yaml" } as const;
  return { name: "nightly", definition: { ...DEFINITION, when: PRAGUE, target } };
}

Deno.test("workflow: parameters are filled in for the slot, each job knows it, and the run has no key", () => {
  const { jobs, workflow: run } = batchOf(workflow({ day: "${{ schedule.date }}" }), T, T);
  assertEquals(run, {
    name: "report",
    key: null,
    params: { day: "2026-01-01", limit: 3 },
    source: "file:///r.yaml",
    maxFails: { count: 1 },
  });
  assertEquals(jobs.map((job) => [job.step, job.name, job.runAt]), [["a", null, null], [
    "b",
    null,
    T + 1_000,
  ]]);
  assertEquals(jobs[0]!.payload.argv, ["echo", "2026-01-01"]);
  assertEquals(jobs.map((job) => scheduledOf(job.payload)), [$scheduled, $scheduled]);
  assertThrows(() => batchOf(workflow({}), T, T), UsageError, "day");
});

Deno.test("by hand: a run at once counts for nothing, and a backfill only queues", () => {
  const { schedule } = new World();
  const run = runNow(schedule, T + 7, T + 7, "gigq");
  assertEquals([run.state, run.version, run.fire!.slot], [schedule.state, 1, T + 7]);
  assertEquals(run.firings.map(({ trigger, status, slot }) => [trigger, status, slot]), [[
    "manual",
    "started",
    T + 7,
  ]]);
  const queued = backfill(schedule, [T - 2, T - 1], T, "gigq");
  assertEquals([queued.fire, queued.firings.length], [null, 2]);
  assert(queued.firings.every(({ status, trigger }) => status === "queued" && trigger === "backfill"));
});

Deno.test("slot of a job: a payload that says something else under that name is of no schedule", () => {
  const said = [
    "5",
    '"x"',
    "null",
    "[]",
    "{}",
    '{"schedule":"x"}',
    '{"schedule":1,"at":2}',
    '{"schedule":"x","at":"2"}',
  ];
  for (const value of said) assertEquals(scheduledOf({ [SCHEDULED]: JSON.parse(value) }), null, value);
  assertEquals(scheduledOf({ [SCHEDULED]: { schedule: "x", at: 2 } }), { schedule: "x", at: 2 });
});
