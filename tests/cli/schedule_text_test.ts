/** Schedules in words, tables and diffs. */

import { parseMatch } from "../../src/core/failure_match.ts";
import type { Json } from "../../src/core/json.ts";
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { Firing, Schedule, ScheduleDefinition, TimeRule } from "../../src/core/schedule.ts";
import { historyTable } from "../../src/cli/actions/schedule/history.ts";
import { scheduleTable } from "../../src/cli/actions/schedule/list.ts";
import { schedulePage } from "../../src/cli/actions/schedule/show.ts";
import { changesText } from "../../src/cli/schedules/change_text.ts";
import {
  lateText,
  placeText,
  readFiringStatuses,
  tookText,
  whyText,
} from "../../src/cli/schedules/firing_text.ts";
import { catchUpText } from "../../src/cli/schedules/policies_text.ts";
import { firingLines, forecastLine, summaryText } from "../../src/cli/schedules/simulation_text.ts";
import { rfcTime, slotTime, wallTime } from "../../src/cli/schedules/slot_text.ts";
import { stateOf, stateText, successText } from "../../src/cli/schedules/state.ts";
import type { ScheduleOverview, Simulation } from "../../src/library/schedules/types.ts";
import { ruleOf } from "../calendar/rule.ts";

const PRAGUE = "Europe/Prague";
const NOW = Date.parse("2026-11-24T13:00:00Z");
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const rule = (said: Partial<TimeRule>): TimeRule => ruleOf({ zone: PRAGUE, ...said });

const DEFINITION: ScheduleDefinition = {
  when: rule({ cron: ["30 2 * * *"] }),
  target: { type: "workflow", spec: { name: "x", params: {}, steps: [] }, params: {}, source: null },
  overlap: "skip",
  catchUp: "one",
  catchUpWindowMs: null,
  count: null,
  jitterMs: 0,
  pauseOnFailure: null,
  description: null,
};

const FIRING: Firing = {
  schedule: 1,
  slot: NOW - HOUR,
  status: "completed",
  trigger: "time",
  reason: null,
  slots: 1,
  decidedAt: NOW - HOUR,
  startedAt: NOW - HOUR + 90_000,
  endedAt: NOW - HOUR + 150_000,
  job: 12,
  run: null,
  by: null,
};

function overview(
  name: string,
  state: Partial<Schedule["state"]> = {},
  said: Partial<Omit<ScheduleOverview, "schedule">> & { readonly when?: TimeRule } = {},
): ScheduleOverview {
  const { when = DEFINITION.when, ...rest } = said;
  return {
    schedule: {
      id: 1,
      name,
      version: 1,
      createdAt: NOW,
      definition: { ...DEFINITION, when },
      state: { cursor: NOW, nextAt: NOW + HOUR, paused: null, fired: 0, failures: 0, recent: [], ...state },
    },
    last: null,
    running: 0,
    queued: 0,
    ...rest,
  };
}

Deno.test("a slot is written as the clocks of its zone show it, with the weekday and the offset", () => {
  const at = Date.parse("2026-11-25T01:30:00Z");
  assertEquals(slotTime(at, PRAGUE), "Wed 2026-11-25 02:30 +01:00");
  assertEquals(slotTime(at, "Asia/Kolkata"), "Wed 2026-11-25 07:00 +05:30");
  assertEquals(slotTime(at + 5_123, "UTC"), "Wed 2026-11-25 01:30:05 +00:00");
  assertEquals(wallTime(at, PRAGUE), "Wed 2026-11-25 02:30");
  assertEquals(rfcTime(at, PRAGUE), "2026-11-25T02:30:00+01:00");
  assertEquals(rfcTime(at + 5_123, PRAGUE), "2026-11-25T02:30:05.123+01:00");
});

Deno.test("what became of a slot, in short", () => {
  assertEquals(placeText({ job: 12, run: null }), "12");
  assertEquals(placeText({ job: null, run: 3 }), "run 3");
  assertEquals(placeText({ job: null, run: null }), "");
  assertEquals([lateText(FIRING), tookText(FIRING)], ["1m30s", "1m00s"]);
  assertEquals(lateText({ slot: 5, startedAt: 999 }), "", "less than a second is not late");
  assertEquals([lateText({ slot: 5, startedAt: null }), tookText({ startedAt: 5, endedAt: null })], ["", ""]);
  assertEquals(whyText(FIRING), "");
  assertEquals(whyText({ reason: null, trigger: "manual", slots: 1 }), "by hand");
  assertEquals(whyText({ reason: null, trigger: "catch-up", slots: 1 }), "catch-up");
  assertEquals(whyText({ reason: "no disk", trigger: "catch-up", slots: 1 }), "catch-up: no disk");
  assertEquals(whyText({ reason: "no worker", trigger: "time", slots: 7 }), "7 times: no worker");
  assertEquals(readFiringStatuses(["failed, missed", "gone"]), ["failed", "missed", "gone"]);
});

Deno.test("how a schedule stands, in a word and in full", () => {
  const paused = { at: NOW, reason: null };
  const cases: [ScheduleOverview, string, string][] = [
    [overview("a"), "waiting", "waiting"],
    [overview("a", { nextAt: null }), "over", "over"],
    [overview("a", {}, { running: 1 }), "running", "running"],
    [overview("a", {}, { running: 2, queued: 3 }), "running", "2 running, 3 queued"],
    [overview("a", {}, { running: 1, queued: 3 }), "running", "running, 3 queued"],
    [overview("a", {}, { queued: 3 }), "queued", "3 queued"],
    [overview("a", { paused }, { running: 1, queued: 3 }), "paused", "paused, 1 running, 3 queued"],
    [overview("a", { paused, nextAt: null }), "paused", "paused"],
  ];
  for (const [given, word, text] of cases) assertEquals([stateOf(given), stateText(given)], [word, text]);
  assertEquals(successText([]), "");
  assertEquals(successText(["completed", "failed", "completed"]), "66% of 3");
  assertEquals(successText(["completed"]), "100% of 1");
});

Deno.test("the policy for missed times, with its window", () => {
  assertEquals(catchUpText(DEFINITION), "one: of missed times the latest is made up for");
  assertEquals(
    catchUpText({ ...DEFINITION, catchUp: "all", catchUpWindowMs: 24 * HOUR }),
    "all: missed times are made up for, within 1d",
  );
  assertEquals(
    catchUpText({ ...DEFINITION, catchUp: "none", catchUpWindowMs: HOUR }),
    "none: what is missed stays missed",
  );
});

Deno.test("the list fits 80 columns, and what names say is escaped", () => {
  const text = scheduleTable([
    overview("a-rather-long-name-of-a-schedule\x1b[31m", {
      recent: ["completed", "failed"],
      failures: 1,
    }, {
      last: { ...FIRING, status: "failed" },
      when: rule({ on: ["first and third working day of january, april and july at 09:30"] }),
      running: 1,
      queued: 12,
    }),
    overview("po\x1b[31mll", { paused: { at: NOW, reason: "x" }, nextAt: null }, {
      when: rule({ everyMs: 15 * MINUTE }),
    }),
  ], { columns: 80, color: false, now: () => NOW });
  assertEquals(text, LIST);
  assertEquals(text.split("\n").filter((line) => line.length > 80), []);
  assertMatch(
    scheduleTable([overview("backup", { recent: ["completed"] })], {
      columns: 80,
      color: false,
      now: () => NOW,
    }),
    /^NAME +NEXT +LAST +SUCCESS +STATE +WHEN\nbackup .* 100% of 1 +waiting +30 2 \* \* \*\n$/,
  );
  const long = overview("fetch-orders-of-the-day", { recent: ["completed"] }, { last: FIRING });
  assertMatch(
    scheduleTable([long], { columns: 72, color: false, now: () => NOW }),
    /STATE\nfetch-orders-of-the-day .* waiting\n$/,
    "a name is what people type: rather than to cut it, the pattern is left out",
  );
  assertEquals(scheduleTable([], { columns: 80, color: false, now: () => NOW }), "");
});

const LIST = `\
NAME                      NEXT   LAST               SUCCESS   STATE
a-rather-long-name-of-a…  in 1h  failed 57m30s ago  50% of 2  running, 12 queued
po\\e[31mll                -      -                  -         paused
`;

Deno.test("the history, on the clocks of the zone", () => {
  const text = historyTable(
    [
      { ...FIRING, run: 3, job: null },
      {
        ...FIRING,
        slot: NOW - 2 * HOUR,
        status: "missed",
        job: null,
        startedAt: null,
        endedAt: null,
        slots: 3,
        reason: "no worker looked",
      },
    ],
    PRAGUE,
    { columns: 80, color: false },
  );
  assertEquals(
    text,
    `\
SLOT (Europe/Prague)  STATUS       JOB   LATE   TOOK  REASON
Tue 2026-11-24 13:00  completed  run 3  1m30s  1m00s
Tue 2026-11-24 12:00  missed                          3 times: no worker looked
`,
  );
});

Deno.test("why something did not run is told in full, however narrow the terminal", () => {
  const reason = "2026-11-24 12:00 (job 12) has not ended";
  const skipped: Firing = { ...FIRING, status: "skipped", job: null, startedAt: null, endedAt: null, reason };
  const drawn = (columns: number) => historyTable([skipped, FIRING], PRAGUE, { columns, color: false });
  assertEquals(
    drawn(80),
    `\
SLOT (Europe/Prague)  STATUS     JOB   LATE   TOOK  REASON
Tue 2026-11-24 13:00  skipped                       2026-11-24 12:00 (job 12)
                                                    has not ended
Tue 2026-11-24 13:00  completed   12  1m30s  1m00s
`,
  );
  assertEquals(
    drawn(60),
    `\
SLOT (Europe/Prague)  STATUS     JOB   LATE   TOOK  REASON
Tue 2026-11-24 13:00  skipped
    2026-11-24 12:00 (job 12) has not ended
Tue 2026-11-24 13:00  completed   12  1m30s  1m00s
`,
  );
});

Deno.test("a paused schedule says why in full, and that its times come only if it is resumed", async () => {
  const reason = "3 runs in a row failed, the last for 2026-11-24 14:21:22 Europe/Prague (job 7)";
  const paused = overview("backup", { paused: { at: NOW, reason }, nextAt: null });
  const page = await schedulePage(paused, [NOW + HOUR], [], { columns: 60, color: false, now: () => NOW });
  assertStringIncludes(
    page,
    `
Paused      now: 3 runs in a row failed, the last for
            2026-11-24 14:21:22 Europe/Prague (job 7)
`,
  );
  assertStringIncludes(page, "\nCreated     Tue 2026-11-24 14:00 +01:00  now\n");
  assertStringIncludes(page, "\nIf resumed  Tue 2026-11-24 15:00 +01:00  in 1h\n");
  assertEquals(page.includes("\nNext"), false);
});

Deno.test("changes are a diff", () => {
  const text = changesText([
    { name: "new", change: "added", differences: [] },
    {
      name: "backup",
      change: "changed",
      differences: [
        { path: "when.cron", before: ["0 2 * * *"], after: ["0 3 * * *"] },
        { path: "when.on", before: [], after: ["every day", "every hour"] },
        { path: "when.until", before: null, after: Date.parse("2027-01-01T00:00:00Z") },
        { path: "when.except", before: [{ name: "a.ics", text: "…" }], after: [] },
        { path: "when.only[0].text", before: "BEGIN", after: "BEGIN:" },
        { path: "target.job.payload.argv", before: ["a"], after: ["a", "b"] },
        { path: "target.job.policy.maxAttempts", before: 4, after: 5 },
        { path: "target.job.policy.backoff.baseMs", before: 1_000, after: 5_000 },
        { path: "target.job.policy.backoff.jitter", before: "equal", after: "none" },
        {
          path: "target.job.policy.noRetryOn",
          before: null,
          after: ["exit:3", "timeout"].map(parseMatch) as unknown as Json,
        },
        { path: "target.job.policy.retryOn[0].exit", before: [3, 3], after: [4, 9] },
        { path: "target.job.payload.env.job.a", before: "x", after: "y" },
        { path: "target.job.runAt", before: null, after: 5_000 },
        { path: "target.spec.steps[1].job.policy.timeoutMs", before: null, after: MINUTE },
        { path: "target.params.job.day", before: "x", after: "y" },
        { path: "catchUpWindowMs", before: null, after: 2 * HOUR },
        { path: "when.everyMs", before: MINUTE, after: 2 * MINUTE },
        { path: "when.anchor", before: NOW - HOUR, after: NOW },
        { path: "jitterMs", before: 0, after: 1.5 * MINUTE },
        { path: "paused", before: false, after: true },
      ],
    },
    { name: "same", change: "unchanged", differences: [] },
    { name: "old\n", change: "removed", differences: [] },
    { name: "same2", change: "unchanged", differences: [] },
  ], { columns: null, color: false });
  assertEquals(
    text,
    `\
+ new
~ backup
  cron: "0 2 * * *" → "0 3 * * *"
  on: none → ["every day","every hour"]
  until: none → 2027-01-01T00:00:00.000Z
  except: a.ics → none
  only[0]: its events differ
  run: "a" → ["a","b"]
  retry: 3 → 4
  backoff, first wait: 1s → 5s
  retry-jitter: "equal" → "none"
  no-retry-on: none → exit:3, timeout
  retry-on[0].exit: 3 → 4-9
  env.job.a: "x" → "y"
  delay: none → 5s
  workflow.steps[1].timeout: none → 1m
  params.job.day: "x" → "y"
  catch-up-window: none → 2h
  every: 1m → 2m
  jitter: none → 1m30s
  paused: false → true
- old\\n
= 2 unchanged
`,
  );
  const long = changesText([{
    name: "a",
    change: "changed",
    differences: [{ path: "description", before: "x".repeat(100), after: "y".repeat(100) }],
  }], { columns: 80, color: false });
  assertEquals(long.split("\n").map((line) => line.length <= 80), [true, true, true]);
});

const SIMULATION: Simulation = {
  from: NOW,
  until: NOW + 24 * HOUR,
  firings: [{ at: NOW + HOUR, name: "a" }, { at: NOW + HOUR, name: "bb" }, { at: NOW + 2 * HOUR, name: "a" }],
  collisions: [{ at: NOW + HOUR, names: ["a", "bb"] }],
  overlaps: [
    {
      name: "a",
      overlap: "skip",
      typicalMs: 90 * MINUTE,
      slots: 2,
      during: 1,
      skipped: 1,
      queued: 0,
      cancelled: 0,
      longestWaitMs: 0,
    },
    {
      name: "bb",
      overlap: "queue-all",
      typicalMs: null,
      slots: 1,
      during: 0,
      skipped: 0,
      queued: 0,
      cancelled: 0,
      longestWaitMs: 0,
    },
  ],
};

Deno.test("a simulation lists times, what is due at once, and what gets in the way", () => {
  assertEquals(
    [...firingLines(SIMULATION, PRAGUE)].join(""),
    `\
Tue 2026-11-24 15:00 +01:00  a   at once with bb
Tue 2026-11-24 15:00 +01:00  bb  at once with a
Tue 2026-11-24 16:00 +01:00  a
`,
  );
  const [a, bb] = SIMULATION.overlaps;
  assertEquals(forecastLine(a!), "a: 1 of 2 times come while a run is open (about 1h30m): 1 skipped");
  assertEquals(forecastLine(bb!), null);
  assertEquals(
    forecastLine({ ...bb!, typicalMs: 5_000, during: 1, queued: 1, longestWaitMs: 2_000 }),
    "bb: 1 of 1 time come while a run is open (about 5s): 1 wait, up to 2s",
  );
  assertEquals(
    summaryText(SIMULATION, PRAGUE),
    "3 times of 2 schedules\nFrom Tue 2026-11-24 14:00 +01:00 to Wed 2026-11-25 14:00 +01:00\n" +
      "1 instant with several at once\nOf 1 schedule no run has ended: overlaps are not known\n",
  );
});
