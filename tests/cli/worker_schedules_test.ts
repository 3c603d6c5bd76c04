/** Workers that fire schedules, as their users see them. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { scheduleLine } from "../../src/cli/progress/schedule_line.ts";
import { eventJson } from "../../src/cli/progress/job_line.ts";
import { defaultPolicy } from "../../src/core/defaults.ts";
import type { EngineEvent } from "../../src/engine/options.ts";
import { openStore } from "../../src/store/open.ts";
import { add, MINUTE, T, target } from "../engine/schedules_kit.ts";
import { Listener, Place } from "./harness.ts";

type ScheduleEvent = Extract<EngineEvent, { type: "fired" | "skipped" }>;

/** Every minute since the beginning of 2026, but nobody was there. */
async function addSchedule(place: Place, name = "nightly"): Promise<void> {
  const { store } = await openStore(place.db, { driver: "builtin" });
  const payload = { argv: ["sh", "-c", 'echo "$GIGQ_SCHEDULE $GIGQ_SCHEDULED_AT"'] };
  const job = target({ kind: "command", payload, policy: defaultPolicy("command") });
  await add(store, T, name, { target: { type: "job", job }, when: { until: T + 2 * MINUTE } });
  await store.close();
}

Deno.test("a line for each slot, by the clock of its schedule", () => {
  const at = Date.UTC(2026, 0, 31, 22, 0);
  const fired: ScheduleEvent = {
    ...{ type: "fired", schedule: "night\x1bly", slot: at, zone: "UTC", trigger: "time", job: 12, run: null },
  };
  const skipped: ScheduleEvent = {
    ...{
      type: "skipped",
      schedule: "nightly",
      slot: at,
      zone: "UTC",
      slots: 1,
      status: "skipped",
      reason: "why",
    },
  };
  const lines = [
    fired,
    { ...fired, trigger: "catch-up", job: null, run: 3 } as const,
    { ...fired, zone: "Europe/Prague", slot: at + 5_000 },
    { ...fired, slot: at - 86_400_000 },
    skipped,
    { ...skipped, status: "missed", slots: 3, reason: null } as const,
    { ...skipped, status: "failed" } as const,
  ].map((event) => scheduleLine(event, at + 60_000, "UTC"));
  assertEquals(lines, [
    "night\\ely fired for 22:00: job 12",
    "night\\ely fired for 22:00 (catch-up): run 3",
    "night\\ely fired for 23:00:05 Europe/Prague: job 12",
    "night\\ely fired for 2026-01-30 22:00: job 12",
    "nightly skipped 22:00: why",
    "nightly missed 3 slots up to 22:00",
    "nightly failed for 22:00: why",
  ]);
  assertEquals(eventJson(fired, at), {
    ...{ event: "fired", at: "2026-01-31T22:00:00.000Z", schedule: "night\x1bly" },
    ...{ slot: "2026-01-31T22:00:00.000Z", trigger: "time", job: 12, run: null },
  });
  assertEquals(eventJson(skipped, at), {
    ...{ event: "skipped", at: "2026-01-31T22:00:00.000Z", schedule: "nightly" },
    ...{ slot: "2026-01-31T22:00:00.000Z", slots: 1, status: "skipped", reason: "why" },
  });
});

Deno.test("worker --drain fires what is due and runs it", async () => {
  await using place = await Place.make();
  await addSchedule(place);
  const { code, err } = await place.gigq(["worker", "--drain"]);
  assertEquals(code, 0);
  const lines = err.trim().split("\n");
  assertEquals(lines.length, 3);
  assertStringIncludes(lines[0]!, "nightly missed 2026-01-01 00:01");
  assertStringIncludes(lines[1]!, "nightly fired for 2026-01-01 00:02");
  assertStringIncludes(lines[1]!, "(catch-up): job 1");
  assertStringIncludes(lines[2]!, "1 nightly completed in");
  assertEquals((await place.ok(["result", "1"])).out, "nightly 2026-01-01T00:02:00.000Z\n");
});

Deno.test("map and run leave schedules alone", async () => {
  await using place = await Place.make();
  await addSchedule(place);
  const file = await place.write("two.yaml", 'name: two\nsteps:\n  one:\n    run: ["true"]\n');
  assertEquals((await place.gigq(["run", file])).code, 0);
  assertEquals((await place.gigq(["map", "--", "echo", "{}"], { stdin: "a\n" })).code, 0);
  const [stats] = await place.json(["stats"]);
  assertEquals(stats.total, 2);
});

Deno.test("worker --schedules-only runs no jobs, and refuses what is about jobs", async () => {
  await using place = await Place.make();
  const told = async (...argv: string[]): Promise<string> => {
    const { code, err } = await place.gigq(["worker", "--schedules-only", ...argv]);
    assertEquals(code, 2);
    return err;
  };
  assertEquals(
    await told("--drain"),
    "gigq: --schedules-only runs no jobs, and has nothing to drain; gigq schedule tick fires what is due and ends\n",
  );
  for (
    const [name, value] of [
      ["concurrency", "2"],
      ["queue", "a"],
      ["max-jobs", "1"],
      ["lease", "1m"],
      ["heartbeat", "1s"],
      ["shutdown-grace", "1s"],
    ] as const
  ) {
    assertEquals(
      await told(`--${name}`, value),
      `gigq: --schedules-only runs no jobs, and --${name} is about jobs; leave one of them out\n`,
    );
  }
  assertEquals([...Deno.readDirSync(place.dir)].length, 0);
  assertEquals((await place.gigq(["worker", "--schedules-only", "--max-time", "1ms"])).code, 0);
});

Deno.test({
  name: "worker --schedules-only fires until it is told to end",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    await using place = await Place.make();
    await addSchedule(place);
    const child = place.spawn(["worker", "--schedules-only", "-n", "clock"]);
    const errors = new Listener(child.stderr);
    await errors.until("nightly fired for");
    child.kill("SIGTERM");
    const { code } = await child.status;
    await errors.end();
    await Promise.all([child.stdin.close(), child.stdout.cancel()]);
    assertEquals(code, 143);
    const [job] = await place.json(["list"]);
    assertEquals([job.status, job.schedule, job.scheduledAt], [
      "ready",
      "nightly",
      "2026-01-01T00:02:00.000Z",
    ]);
  },
});
