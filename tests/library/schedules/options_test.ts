import { assertEquals, assertRejects } from "@std/assert";
import {
  command,
  DataError,
  http,
  type JobInput,
  type ScheduleOptions,
  task,
  UsageError,
  workflow,
} from "../../../mod.ts";
import { at, DAY, HOUR, MINUTE, NOON, utc, withQueue } from "./kit.ts";

const echo = command(["echo"]);
const hourly: ScheduleOptions = { cron: "0 * * * *", tz: "UTC" };

Deno.test("a schedule is stored with all that its options say, and defaults", () =>
  withQueue(async (queue) => {
    const { id, version, definition, state } = await queue.schedules.add("plain", echo, hourly);
    assertEquals([id, version], [1, 1]);
    assertEquals(definition.when, {
      zone: "UTC",
      cron: ["0 * * * *"],
      on: [],
      everyMs: null,
      anchor: 0,
      between: [],
      except: [],
      only: [],
      from: null,
      until: null,
    });
    const { when: _, target: __, ...rest } = definition;
    assertEquals(rest, {
      overlap: "skip",
      catchUp: "one",
      catchUpWindowMs: null,
      count: null,
      jitterMs: 0,
      pauseOnFailure: null,
      description: null,
    });
    assertEquals(state, {
      cursor: NOON,
      nextAt: NOON + HOUR,
      paused: null,
      fired: 0,
      failures: 0,
      recent: [],
    });
    assertEquals(await queue.schedules.get("plain"), await queue.schedules.get("plain"));
  }));

Deno.test("every option finds its place", () =>
  withQueue(async (queue) => {
    const { definition, state } = await queue.schedules.add("full", echo, {
      cron: ["0 9 * * *", "0 18 * * *"],
      every: "90m",
      tz: "europe/prague",
      from: "2026-12-01",
      until: "2026-12-31",
      count: 7,
      jitter: "2m",
      overlap: "allow",
      catchUp: "none",
      catchUpWindow: "1h",
      pauseOnFailure: 3,
      description: "Morning and evening",
    });
    const { when, target: _, ...rest } = definition;
    assertEquals(rest, {
      overlap: "allow",
      catchUp: "none",
      catchUpWindowMs: HOUR,
      count: 7,
      jitterMs: 2 * MINUTE,
      pauseOnFailure: 3,
      description: "Morning and evening",
    });
    assertEquals([when.zone, when.everyMs, utc(when.anchor)], [
      "Europe/Prague",
      90 * MINUTE,
      "2026-11-30 23:00",
    ]);
    // A date alone is the whole day, on the clock of the zone.
    assertEquals([when.from, when.until], [Date.UTC(2026, 10, 30, 23), Date.UTC(2026, 11, 31, 23) - 1]);
    assertEquals(utc(state.nextAt), "2026-11-30 23:00");
  }));

Deno.test("catching up with everything waits in line unless said otherwise", () =>
  withQueue(async (queue) => {
    const { schedules } = queue;
    assertEquals(
      (await schedules.add("a", echo, { ...hourly, catchUp: "all" })).definition.overlap,
      "queue-all",
    );
    assertEquals(
      (await schedules.add("b", echo, { ...hourly, catchUp: "all", overlap: "skip" })).definition.overlap,
      "skip",
    );
  }));

Deno.test("the system's zone is stored where none is given", () =>
  withQueue(async (queue) => {
    const { definition } = await queue.schedules.add("x", echo, { cron: "0 * * * *" });
    assertEquals(definition.when.zone, Temporal.Now.timeZoneId());
  }));

Deno.test("what makes no sense is refused with what to do", async (t) => {
  const wrong: [string, string, JobInput, ScheduleOptions][] = [
    ["A schedule needs cron, every or on", "x", echo, {}],
    ["more often than once a second", "x", echo, { every: "500ms" }],
    ["Every 0ms is more often than once a second", "x", echo, { every: 0 }],
    ["count must be a whole number", "x", echo, { ...hourly, count: 0 }],
    ["The end of a schedule is before its beginning", "x", echo, {
      ...hourly,
      from: "2027-01-02",
      until: "2027-01-01",
    }],
    ["it ends at 2026-11-24 11:00, which is past", "x", echo, { ...hourly, until: at("11:00") }],
    ["there is no such day", "x", echo, { cron: "0 0 30 2 *", tz: "UTC" }],
    ["would never be due: no time is all that it asks for", "x", echo, {
      cron: "0 0 29 2 *",
      tz: "UTC",
      until: "2027-12-31",
    }],
    ["Jitter 1h00m is not shorter than the time from one slot to the next, 1h00m", "x", echo, {
      ...hourly,
      jitter: "1h",
    }],
    ["overlap is one of skip, queue-one", "x", echo, { ...hourly, overlap: "queue" as never }],
    ["catchUp is one of none, one, all", "x", echo, { ...hourly, catchUp: "some" as never }],
    ['There is no time zone "Europe/Prag"', "x", echo, { ...hourly, tz: "Europe/Prag" }],
    ["cron is text", "x", echo, { cron: 5 as never }],
    ["cron is empty", "x", echo, { cron: [""] }],
    ["from: Time", "x", echo, { ...hourly, from: "soon" }],
    ['from: Time "2026-02-30" does not exist', "x", echo, { ...hourly, from: "2026-02-30" }],
    ["except: ", "x", echo, { ...hourly, except: ["holidays.ics" as never] }],
    ["printable characters without spaces and commas", "two words", echo, hourly],
    ["printable characters without spaces and commas", "a,b", echo, hourly],
    ["printable characters without spaces and commas", "", echo, hourly],
    ["printable characters without spaces and commas", "x".repeat(129), echo, hourly],
    ["printable characters without spaces and commas", "a\u200bb", echo, hourly],
    ["does not begin with @", "@daily", echo, hourly],
    ["does not begin with -", "-x", echo, hourly],
    ['has the option "unique"', "x", { ...echo, options: { unique: "k" } }, hourly],
    ['has the option "runAt"', "x", echo, { ...hourly, job: { runAt: NOON } as never }],
    ['has the option "after"', "x", { ...echo, options: { after: [1] } }, hourly],
    ['Expires "22:00" of a schedule', "x", echo, { ...hourly, job: { expires: "22:00" } }],
    ['Expires "2027-01-01" of a schedule', "x", echo, { ...hourly, job: { expires: "2027-01-01" } }],
    ["of a schedule's job is a point in time", "x", echo, { ...hourly, job: { expires: NOON } }],
    ["There is one attempt only", "x", echo, { ...hourly, job: { retryOn: "timeout" } }],
    ["is nothing that a schedule can run", "x", "echo" as never, hourly],
    ["1048", "x", command(["echo", "x".repeat(1_048_000)]), hourly],
  ];
  for (const [message, name, target, options] of wrong) {
    await t.step(message, () =>
      withQueue(async (queue) => {
        const error = await assertRejects(() => queue.schedules.add(name, target, options), Error, message);
        assertEquals(["UsageError", "DataError"].includes(error.name), true, error.name);
        assertEquals(await queue.schedules.list(), []);
      }));
  }
});

Deno.test("mistakes in what it runs are told when it is added, not at night", () =>
  withQueue(async (queue) => {
    const { schedules } = queue;
    await assertRejects(
      () => schedules.add("x", command(["echo", "${{ schedule.day }}"]), hourly),
      DataError,
      'asks the schedule for "day"',
    );
    await assertRejects(
      () => schedules.add("x", command("echo ${{ schedule.date }}", { shell: true }), hourly),
      DataError,
      "shell script",
    );
    const wf = workflow("w", { params: { date: { type: "string" } } });
    wf.add(command(["echo", "${{ params.date }}"]));
    await assertRejects(() => schedules.add("x", { workflow: wf }, hourly), UsageError, "date");
    await schedules.add("x", { workflow: wf, params: { date: "${{ schedule.date }}" } }, hourly);
    await assertRejects(
      () => schedules.add("y", http("https://example.org/${{ secrets.TOKEN }}"), hourly),
      Error,
      "TOKEN",
    );
  }));

Deno.test("delays and expiry count from the slot, in a job and in the steps of a workflow", () =>
  withQueue(async (queue) => {
    const job = await queue.schedules.add("job", command(["true"], { delay: "10m" }), {
      ...hourly,
      job: { expires: "1h" },
    });
    const { target } = job.definition;
    assertEquals(target.type === "job" && [target.job.runAt, target.job.expiresAt], [10 * MINUTE, HOUR]);

    const wf = workflow("w");
    wf.add(command(["true"]), { delay: "5m", expires: "2h" });
    const { definition } = await queue.schedules.add("workflow", { workflow: wf }, hourly);
    const step = definition.target.type === "workflow" && definition.target.spec.steps[0]!.job;
    assertEquals(step && [step.runAt, step.expiresAt], [5 * MINUTE, 2 * HOUR]);

    for (const options of [{ runAt: NOON + DAY }, { expires: "22:00" }, { expires: new Date(NOON + DAY) }]) {
      const fixed = workflow("w");
      fixed.add(command(["true"]), options);
      await assertRejects(
        () => queue.schedules.add("fixed", { workflow: fixed }, hourly),
        UsageError,
        "at a point in time, the same for every slot",
      );
    }
    await assertRejects(
      () => queue.schedules.add("y", { workflow: wf }, { ...hourly, job: { queue: "night" } }),
      UsageError,
      "has no options for a job",
    );
  }));

Deno.test("policies and defaults of the queue hold as they do for submit", () =>
  withQueue(async (queue) => {
    const resize = task("resize", () => {}, { timeout: "5m" });
    const { definition } = await queue.schedules.add("x", resize(), {
      ...hourly,
      job: { policy: "patient", queue: "night", priority: 3, tags: ["a", "a"], secrets: ["TOKEN"] },
    });
    const { target } = definition;
    const job = target.type === "job" ? target.job : null;
    assertEquals([job?.policy.maxAttempts, job?.policy.timeoutMs, job?.policy.graceMs], [
      8,
      5 * MINUTE,
      9_000,
    ]);
    assertEquals([job?.queue, job?.priority, job?.tags], ["night", 3, ["a"]]);
    assertEquals(job?.payload.secrets, { TOKEN: { env: "TOKEN" } });
  }, { policies: { patient: { retries: 7 } }, queues: { night: { grace: "9s" } } }));

Deno.test("a name that is taken is refused, whoever was first", () =>
  withQueue(async (queue) => {
    await queue.schedules.add("x", echo, hourly);
    const error = await assertRejects(() => queue.schedules.add("x", echo, hourly), UsageError, "already");
    assertEquals(error.hint, "gigq schedule edit x changes it");
  }));
