/** `gigq schedule` from end to end. */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { command, JobQueue } from "../../mod.ts";
import { Place } from "./harness.ts";
import { FIXED, NEW_YEAR, timeless } from "./schedule_kit.ts";

Deno.test("add prints the name, and tells what was understood", async () => {
  await using here = await Place.make();
  const { code, out, err } = await here.gigq([
    "schedule",
    "add",
    "backup",
    "--cron",
    "30 2 * * *",
    "--between",
    "02:00-05:00",
    ...FIXED,
    "--count",
    "3",
    "--catch-up",
    "all",
    "--catch-up-window",
    "1d",
    "--jitter",
    "5m",
    "--pause-on-failure",
    "2",
    "--",
    "./backup",
    "a b",
  ]);
  assertEquals([code, out], [0, "backup\n"]);
  assertEquals(
    timeless(err),
    `\
When  cron 30 2 * * *
          between 02:00-05:00
          from 2040-01-01 00:00:00
          in Europe/Prague
Overlap  queue-all: times wait for the run before to end
Catch-up  all: missed times are made up for, within 1d
Jitter  up to 5m
Pauses  after 2 failed runs in a row
Count  over after 3 runs
Next  Sun 2040-01-01 02:30 +01:00  in AWAY
          Mon 2040-01-02 02:30 +01:00  in AWAY
          Tue 2040-01-03 02:30 +01:00  in AWAY
`,
  );
  assertEquals(
    timeless((await here.ok(["schedule"])).out),
    `\
NAME  NEXT  LAST  SUCCESS  STATE  WHEN
backup  in AWAY  -  -  waiting  30 2 * * *
`,
  );
});

Deno.test("add --json prints the schedule", async () => {
  await using here = await Place.make();
  const ran = await here.ok([
    "schedule",
    "add",
    "poll",
    "--every",
    "90s",
    "--from",
    `${NEW_YEAR}T00:00:00Z`,
    "--tz",
    "UTC",
    "--queue",
    "web",
    "--tag",
    "a",
    "--retry",
    "2",
    "--retry-jitter",
    "full",
    "--delay",
    "5s",
    "--expires",
    "1m",
    "--http",
    "https://example.org/",
    "--json",
  ]);
  const { id, name, when, target, overlap, catchUp, nextAt, paused, recent } = JSON.parse(ran.out);
  assertEquals([id, name, overlap, catchUp, paused, recent], [1, "poll", "skip", "one", null, []]);
  assertEquals([when.everyMs, when.zone, nextAt], [90_000, "UTC", "2040-01-01T00:00:00.000Z"]);
  const { kind, queue, tags, runAt, expiresAt, policy } = target.job;
  assertEquals([kind, queue, tags, runAt, expiresAt], ["http", "web", ["a"], 5_000, 60_000]);
  assertEquals([policy.maxAttempts, policy.backoff.jitter], [3, "full"]);
  assertEquals((await here.json(["schedule", "list"])).map((row) => [row.name, row.state, row.last]), [
    ["poll", "waiting", null],
  ]);
});

Deno.test("a dry run of add stores nothing, and makes no file", async () => {
  await using here = await Place.make();
  const add = ["schedule", "add", "a", "--on", "every day at 09:00", ...FIXED, "--dry-run", "--", "true"];
  const { out, err } = await here.ok(add);
  assertEquals(out, "a\n");
  assertStringIncludes(err, "Next      Sun 2040-01-01 09:00 +01:00");
  assertStringIncludes(err, "Nothing was added: this is what would be\n");
  assertEquals(await Deno.stat(here.db).then(() => true, () => false), false);
  await here.ok(add.filter((word) => word !== "--dry-run"));
  const again = await here.gigq(add);
  assertEquals([again.code, again.out], [2, ""]);
  assertStringIncludes(again.err, 'There is a schedule "a" already');
});

Deno.test("run, its history, and what show tells", async () => {
  await using here = await Place.make();
  await here.ok([
    "schedule",
    "add",
    "greet",
    "--on",
    "every day at 09:00",
    ...FIXED,
    "--description",
    "for\x1b[31m guests",
    "--jitter",
    "12h",
    "--secret",
    "TOKEN=env:PATH",
    "--env",
    "GREETING=unseen",
    "--retry",
    "2",
    "--retry-on",
    "timeout",
    "--no-retry-on",
    "exit:3",
    "--on-error",
    "exit:75 -> snooze:5m",
    "--",
    "sh",
    "-c",
    'echo "$1 $GIGQ_SCHEDULE"',
    "sh",
    "${{ schedule.name }}",
  ]);
  assertEquals((await here.ok(["schedule", "run", "greet"])).out, "1\n");
  await here.ok(["worker", "--drain"]);
  assertEquals((await here.ok(["logs", "1"])).out, "greet greet\n");
  const [{ status, trigger, job, run, schedule }] = await here.json(["schedule", "history", "greet"]);
  assertEquals([status, trigger, job, run, schedule], ["completed", "manual", 1, null, "greet"]);
  const shown = timeless((await here.ok(["schedule", "show", "greet"])).out).replaceAll("  ", " ");
  assertMatch(
    shown,
    /^Schedule greet\nFor for\\e\[31m guests\nState waiting\nSuccess 100% of 1\nWhen on every day at 09:00 .*\n/,
  );
  assertMatch(shown, /\nRuns command: sh -c .*\nFolder .+\nEnv GREETING\nSecrets TOKEN\n/);
  assertMatch(shown, /\nRetry on timeout\nNo retry exit:3\nOn error exit:75 -> snooze:5m\n/);
  assertEquals(shown.includes("unseen"), false);
  assertMatch(
    shown,
    /\nSLOT \(Europe.Prague\) +STATUS +JOB +LATE +TOOK +REASON\n.* completed +1 .* by hand\n$/,
  );
  const { next, history, state } = JSON.parse((await here.ok(["schedule", "show", "greet", "--json"])).out);
  assertEquals([next.length, next[0], history.length, state], [5, "2040-01-01T08:00:00.000Z", 1, "waiting"]);
  assertEquals((await here.ok(["schedule", "history", "greet", "--status", "failed"])).out, "");
  const far = await here.ok(["schedule", "history", "greet", "--from", NEW_YEAR]);
  assertEquals([far.out, timeless(far.err)], ["", "From Sun 2040-01-01 00:00 Europe/Prague, in AWAY\n"]);
});

Deno.test("a workflow runs, with the day as its parameter", async () => {
  await using here = await Place.make();
  const flow = await here.write(
    "flow.yaml",
    "params: { day: { type: string } }\nsteps:\n  a: { run: [echo, '${{ params.day }}'] }\n",
  );
  await here.ok([
    "schedule",
    "add",
    "flow",
    "--on",
    "every day at 09:00",
    ...FIXED,
    "--workflow",
    flow,
    "-p",
    "day=${{ schedule.date }}",
  ]);
  assertEquals((await here.ok(["schedule", "run", "flow"])).out, "1\n");
  await here.ok(["worker", "--drain"]);
  const [{ status, run, job }] = await here.json(["schedule", "history", "flow"]);
  assertEquals([status, run, job], ["completed", 1, null]);
  assertMatch((await here.ok(["logs", "1"])).out, /^20\d\d-\d\d-\d\d\n$/);
  assertMatch(
    (await here.ok(["schedule", "show", "flow"])).out,
    /Runs +workflow: flow, 1 step\nFile +\/.*flow.yaml\n/,
  );
});

Deno.test("pause, resume and remove take all of the names, or change nothing", async () => {
  await using here = await Place.make();
  for (const name of ["a", "b"]) {
    await here.ok(["schedule", "add", name, "--cron", "@daily", ...FIXED, "--", "true"]);
  }
  const wrong = await here.gigq(["schedule", "pause", "a", "bb", "b"]);
  assertEquals([wrong.code, wrong.out], [3, ""]);
  assertStringIncludes(wrong.err, 'There is no schedule "bb"');
  assertEquals(
    (await here.ok(["schedule", "pause", "a", "b", "--reason", "disk is full"])).out,
    "a paused\nb paused\n",
  );
  assertEquals((await here.json(["schedule"])).map(({ state, paused }) => [state, paused.reason]), [
    ["paused", "disk is full"],
    ["paused", "disk is full"],
  ]);
  assertMatch((await here.ok(["schedule", "show", "a"])).out, /\nState +paused\nPaused +now: disk is full\n/);
  assertEquals((await here.ok(["schedule", "next"])).out, "");
  const named = await here.ok(["schedule", "next", "a", "-n", "1"]);
  assertEquals(
    timeless(named.out),
    "TIME  IN\nSun 2040-01-01 00:00 +01:00  in AWAY\n",
  );
  assertEquals(named.err, "a is paused: nothing is started until it is resumed\n");
  assertMatch((await here.ok(["schedule", "pause", "a"])).out, /^a was paused already, .+: disk is full\n$/);
  assertEquals(timeless((await here.ok(["schedule", "resume", "a"])).out), "a resumed, due in AWAY\n");
  assertEquals(
    timeless((await here.ok(["schedule", "resume", "a"])).out),
    "a was not paused, and is due in AWAY\n",
  );
  assertEquals((await here.ok(["schedule", "remove", "a", "b"])).out, "a removed\nb removed\n");
  assertEquals((await here.ok(["schedule", "list"])).out, "");
});

Deno.test("edit changes what is named, and takes away what --clear names", async () => {
  await using here = await Place.make();
  await here.ok([
    "schedule",
    "add",
    "a",
    "--cron",
    "@daily",
    ...FIXED,
    "--count",
    "5",
    "--retry",
    "1",
    "--queue",
    "q",
    "--",
    "true",
  ]);
  const show = async (): Promise<Record<string, unknown>> => {
    const { when: { cron, on, zone, from }, count, overlap, target: { job } } = JSON.parse(
      (await here.ok(["schedule", "show", "a", "--json"])).out,
    );
    return {
      cron,
      on,
      zone,
      from,
      count,
      overlap,
      tries: job.policy.maxAttempts,
      queue: job.queue,
      argv: job.payload.argv,
    };
  };
  const before = await show();
  const { out, err } = await here.ok([
    "schedule",
    "edit",
    "a",
    "--on",
    "every day at 04:00",
    "--clear",
    "count,from",
    "--overlap",
    "allow",
  ]);
  assertEquals(out, "a\n");
  assertStringIncludes(err, "When      on every day at 04:00 (cron");
  assertMatch(err, /^~ a\n {2}cron: "@daily" → none\n {2}on: none → "every day at 04:00"\n/);
  const after = {
    ...before,
    cron: [],
    on: ["every day at 04:00"],
    from: null,
    count: null,
    overlap: "allow",
  };
  assertEquals(await show(), after);
  await here.ok(["schedule", "edit", "a", "--retry", "4"]);
  assertEquals(await show(), { ...after, tries: 5 });
  const dry = await here.ok(["schedule", "edit", "a", "--queue", "r", "--dry-run"]);
  assertStringIncludes(dry.err, "Nothing was changed: this is what would be\n");
  assertMatch(dry.err, /^~ a\n {2}queue: "q" → "r"\nWhen/);
  assertEquals(
    (await here.ok(["schedule", "edit", "a", "--overlap", "allow"])).err,
    "Nothing was changed: it is so already\n",
  );
  const other = await here.ok(["schedule", "edit", "a", "--", "false"]);
  assertStringIncludes(other.err, "\n  retry: 4 → 0\n");
  assertEquals(await show(), { ...after, tries: 1, queue: "default", argv: ["false"] });
});

Deno.test("a dry run of edit shows no more times than are left to run", async () => {
  await using here = await Place.make();
  {
    await using queue = await JobQueue.open(here.db, { driver: "builtin" });
    const { id, version, state } = await queue.schedules.add("a", command(["true"]), {
      every: "1h",
      count: 3,
    });
    await queue.store.schedules.advance(
      { id, version, state: { ...state, fired: 2 }, firings: [], fire: null },
      queue.now(),
    );
  }
  const { err } = await here.ok(["schedule", "edit", "a", "--description", "x", "--dry-run"]);
  assertEquals(err.match(/ in \d+\w+$/gm)?.length, 1, err);
});

Deno.test("backfill prints the times it queues, and knows those that ran", async () => {
  await using here = await Place.make();
  await here.ok([
    "schedule",
    "add",
    "a",
    "--on",
    "every day at 09:00",
    "--tz",
    "Asia/Tokyo",
    "--overlap",
    "queue-all",
    "--",
    "true",
  ]);
  const range = ["schedule", "backfill", "a", "--from", "2026-01-30", "--to", "2026-02-01"];
  const days = "2026-01-30T09:00:00+09:00\n2026-01-31T09:00:00+09:00\n2026-02-01T09:00:00+09:00\n";
  const echo = "From Fri 2026-01-30 00:00 Asia/Tokyo, AGO\nTo Sun 2026-02-01 23:59:59 Asia/Tokyo, AGO\n";
  const dry = await here.ok([...range, "--dry-run"]);
  assertEquals([dry.out, timeless(dry.err)], [days, `${echo}3 times would be queued\n`]);
  const first = await here.ok(range);
  assertEquals([first.out, timeless(first.err)], [days, `${echo}3 times queued\n`]);
  const again = await here.ok(range);
  assertEquals([again.out, timeless(again.err)], [
    "",
    `${echo}0 times queued; 3 times ran already, or are about to\n`,
  ]);
  assertEquals(
    (await here.ok(["schedule", "history", "a"])).out,
    `\
SLOT (Asia/Tokyo)     STATUS  JOB  LATE  TOOK  REASON
Sun 2026-02-01 09:00  queued                   backfill
Sat 2026-01-31 09:00  queued                   backfill
Fri 2026-01-30 09:00  queued                   backfill
`,
  );
});

Deno.test("tick fires what is due, and prints a line for each", async () => {
  await using here = await Place.make();
  const then = { now: () => Date.parse("2026-01-01T00:00:00Z"), sleep: () => Promise.resolve() };
  {
    await using queue = await JobQueue.open(here.db, { driver: "builtin", clock: then });
    await queue.schedules.add("a", command(["true"]), { on: "every day at 09:00", tz: "UTC" });
  }
  const list = await here.ok(["schedule", "list"], { errIsTerminal: true });
  assertMatch(list.out, /^a .* due \S+ ago /m);
  assertEquals(list.err, "No worker starts what is due: run gigq worker, or gigq schedule tick\n");
  const { out } = await here.ok(["schedule", "tick"]);
  const [missed, fired] = out.split("\n");
  assertMatch(missed!, /^a\t20\S+T09:00:00.000Z\tmissed\t.+$/);
  assertMatch(fired!, /^a\t20\S+T09:00:00.000Z\t1\b/);
  await here.ok(["cancel", "1"]);
  assertEquals((await here.ok(["schedule", "tick"])).out, "", "once is enough, and an end is no start");
  const [latest, before] = await here.json(["schedule", "history", "a"]);
  assertEquals([latest.status, latest.trigger, latest.job], ["cancelled", "catch-up", 1]);
  assertEquals([before.status, before.slots > 1], ["missed", true]);
});
