import { assert, assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import { readSchedulesText, toYaml } from "../../../load.ts";
import {
  command,
  http,
  type JobInput,
  module,
  type Schedule,
  type ScheduleOptions,
  task,
  UsageError,
  workflow,
} from "../../../mod.ts";
import { define } from "../../../src/library/schedules/define.ts";
import { toTarget } from "../../../src/library/schedules/target.ts";
import { NOON, withQueue } from "./kit.ts";

/** What the schedule becomes when its text is applied over it. */
async function again(schedule: Schedule): Promise<Schedule["definition"]> {
  const text = await toYaml([schedule]);
  const [wanted] = await readSchedulesText(text, "s.yaml", "/elsewhere/s.yaml");
  assertEquals([wanted!.name, wanted!.paused ?? false], [schedule.name, schedule.state.paused !== null]);
  const { target, options } = wanted!;
  const made = await define(
    schedule.name,
    toTarget(target, {}, {}),
    options,
    null,
    NOON + 5,
    schedule.definition,
  );
  return made.definition;
}

async function stored(target: JobInput, options: ScheduleOptions): Promise<Schedule> {
  const { job = {}, ...rest } = options;
  const { definition } = await define("s", toTarget(target, job, {}), rest, null, NOON);
  const state = { cursor: 0, nextAt: null, paused: null, fired: 0, failures: 0, recent: [] };
  // As a store gives it back.
  return JSON.parse(JSON.stringify({ id: 1, name: "s", version: 1, createdAt: 0, definition, state }));
}

const ICS = `BEGIN:VCALENDAR
BEGIN:VEVENT
DTSTART;VALUE=DATE:20261225
SUMMARY:Christmas: \\, "x" # and a very long summary that a file of seventy five octets per line folds
END:VEVENT
END:VCALENDAR`;

Deno.test("a schedule is written as one writes it", () =>
  withQueue(async ({ schedules }) => {
    await schedules.add("report", command(["./report.sh", "${{ schedule.date }}"], { retries: 2 }), {
      on: "every weekday at 06:00",
      cron: ["0 9 * * *", "* * * * *"],
      tz: "Europe/Prague",
      from: "2026-12-01",
      jitter: "30s",
      description: "For the board",
      job: { timeout: "90m", backoff: "exp:2s..1m", jitter: "full", onError: ["exit:75 -> snooze:5m"] },
    });
    await schedules.pause("report");
    assertEquals(
      await toYaml([await schedules.get("report")]),
      `schedules:
  report:
    cron:
      - 0 9 * * *
      - "* * * * *"
    on: every weekday at 06:00
    tz: Europe/Prague
    from: 2026-12-01T00:00:00+01:00
    description: For the board
    jitter: 30s
    paused: true
    run:
      - ./report.sh
      - \${{ schedule.date }}
    retry: 2
    backoff: exp:2s..1m
    retry-jitter: full
    timeout: 1h30m
    on-error:
      - exit:75 -> snooze:5m
`,
    );
  }));

const text = fc.oneof(
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 }),
  fc.constantFrom(
    "yes",
    "1.10",
    "null",
    "~",
    "a: b",
    "# c",
    "- d",
    "${{ schedule.date }}",
    "$${{ x }}",
    " e ",
    "f\n\ng\n",
  ),
).filter((value) => !value.includes("\0"));
const word = fc.stringMatching(/^[a-z][a-z0-9]{0,6}$/);
const ms = fc.integer({ min: 1, max: 40 * 86_400_000 });
const some = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined });

const job: fc.Arbitrary<JobInput> = fc.oneof(
  fc.tuple(
    fc.array(text, { minLength: 1, maxLength: 4 }),
    fc.record({ cwd: fc.constant("/srv/a b"), env: fc.dictionary(word, text), stdin: fc.record({ text }) }, {
      requiredKeys: [],
    }),
  ).filter(([[first]]) => first!.trim() !== "").map(([argv, options]) => command(argv, options)),
  fc.constantFrom("ls | wc", "echo $${{ literal }}\n\ncat\n", " x ").map((script) =>
    command(script, { shell: true })
  ),
  fc.tuple(word, fc.option(fc.jsonValue({ maxDepth: 2 })), fc.boolean()).map(([name, params, limited]) =>
    module(`https://example.org/m.ts#${name}`, params, limited ? { permissions: { net: true } } : {})
  ),
  fc.record({
    method: fc.constantFrom("PUT", "GET"),
    headers: fc.dictionary(word, text),
    body: fc.jsonValue(),
  }, {
    requiredKeys: [],
  }).map((options) => http("https://example.org/x?y=1", options)),
  fc.tuple(word, fc.jsonValue({ maxDepth: 2 })).map(([name, params]) => ({
    kind: "function",
    payload: { task: name, params: params as never },
    options: {},
  })),
);

const jobOptions = fc.record({
  name: text,
  queue: word,
  priority: fc.integer({ min: -9, max: 9 }),
  tags: fc.uniqueArray(word, { maxLength: 3 }),
  maxAttempts: fc.integer({ min: 2, max: 9 }),
  backoff: fc.constantFrom("fixed:2s", "linear:5s..1h", "exp:1s..5m", "fib:1500ms..1m", "list:1s,5s,30s"),
  jitter: fc.constantFrom("none" as const, "full" as const, "equal" as const),
  budget: ms,
  timeout: fc.integer({ min: 120_000, max: 86_400_000 }),
  grace: ms,
  delay: ms,
  expires: ms.map((value) => `${value}ms`),
  secrets: fc.constantFrom<Record<string, { env: string } | { file: string }>>(
    { TOKEN: { env: "TOKEN" } },
    { TOKEN: { env: "OTHER" }, KEY: { file: "/run/key" } },
  ),
  retryOn: fc.constantFrom(["timeout", "exit:75"], [{ exit: "70-79" as const }, "error:/a, b/i"]),
  noRetryOn: fc.constant(["class:TypeError & error:/denied/"]),
  onError: fc.subarray(
    [
      "exit:75 -> snooze:5m",
      "lost -> fail",
      "signal:KILL -> retry:1s",
      "error:/x -> y/ -> dead",
      { match: "any", run: command(["alert", "${{ failed.error.message }}"]) },
      { match: { class: "A", regex: "b" }, do: "pause-queue" },
      { match: "timeout", run: http("https://example.org/hook", { body: { id: "${{ failed.id }}" } }) },
    ],
    { minLength: 1 },
  ),
}, { requiredKeys: ["maxAttempts"] });

const options: fc.Arbitrary<ScheduleOptions> = fc.record({
  cron: some(fc.subarray(["0 9 * * *", "*/5 8-18 * * MON-FRI", "@daily", "0 0 L * *"], { minLength: 1 })),
  on: some(fc.subarray(["every weekday at 06:00", "noon on fridays"], { minLength: 1 })),
  every: some(fc.integer({ min: 3_600_000, max: 90 * 86_400_000 })),
  tz: fc.constantFrom("UTC", "Europe/Prague", "America/New_York"),
  between: some(fc.constantFrom(["08:00-18:00"], ["22:00-06:00", "12:00-13:30"])),
  except: some(fc.constant([{ name: "holidays.ics", text: ICS }])),
  from: some(fc.constantFrom("2026-12-01", "2027-03-28 02:30", NOON + 1)),
  until: some(fc.constantFrom("2032-12-31", "2033-06-01T12:00:00.250+09:00")),
  count: some(fc.integer({ min: 1, max: 100 })),
  overlap: some(
    fc.constantFrom(
      "skip" as const,
      "queue-one" as const,
      "queue-all" as const,
      "cancel-previous" as const,
      "allow" as const,
    ),
  ),
  catchUp: some(fc.constantFrom("none" as const, "one" as const, "all" as const)),
  catchUpWindow: some(ms),
  pauseOnFailure: some(fc.integer({ min: 1, max: 9 })),
  description: some(text),
  job: some(jobOptions),
}).filter(({ cron, on, every }) => (cron ?? on ?? every) !== undefined);

Deno.test("what a schedule is written as reads as the same schedule", async () => {
  await fc.assert(
    fc.asyncProperty(job, options, async (target, options) => {
      let schedule: Schedule;
      try {
        schedule = await stored(target, options);
      } catch (error) {
        // Not every combination makes sense; that is for other tests.
        fc.pre(!(error instanceof Error && ["UsageError", "DataError"].includes(error.name)));
        throw error;
      }
      assertEquals(await again(schedule), schedule.definition);
    }),
    { numRuns: 150 },
  );
});

Deno.test("defaults of the queue are not written, and not added once more", () =>
  withQueue(async ({ schedules, defaults }) => {
    await schedules.add("x", command(["x"], { onError: ["exit:1 -> dead"] }), {
      every: "1h",
      tz: "UTC",
      job: { timeout: "5m" },
    });
    const schedule = await schedules.get("x");
    const text = await toYaml([schedule], { defaults });
    assertEquals(
      text.split("    run:\n      - x\n")[1],
      "    timeout: 5m\n    on-error:\n      - exit:1 -> dead\n",
    );
    const wanted = await readSchedulesText(text, "s.yaml", "/x/s.yaml", { defaults });
    assertEquals((await schedules.apply(wanted))[0]!.change, "unchanged");
    // Of what does not hold for others any more, all is written.
    const others = { kinds: { command: { grace: "1s", retries: 4 } }, onError: ["exit:3 -> fail"] };
    const whole = await toYaml([schedule], { defaults: others });
    const [again] = await readSchedulesText(whole, "s.yaml", "/x/s.yaml", { defaults: others });
    assertEquals(toTarget(again!.target, {}, others), schedule.definition.target);
    assert(whole.includes("      - none\n"), whole);
  }, { kinds: { command: { grace: "9s", retries: 2 } }, onError: ["exit:2 -> fail"] }));

Deno.test("workflows are written out, or named where their file still says the same", () =>
  withQueue(async ({ schedules }) => {
    const flow = workflow("etl", {
      description: "Loads a day",
      maxFails: "10%",
      params: { date: { type: "string", description: "Which day" }, n: { type: "number", default: 3 } },
    });
    const fetch = flow.add(command(["fetch", "${{ params.date }}"]), {
      name: "fetch",
      delay: "5m",
      retries: 3,
    });
    const load = flow.add(module("https://example.org/m.ts#load", { text: "${{ not.one }}" }), {
      name: "load",
      after: [fetch],
    });
    flow.add(http("https://example.org/${{ steps.load.result }}"), {
      after: [load.on("finished"), fetch],
      name: "tell",
    });
    const schedule = await schedules.add("s", { workflow: flow, params: { date: "${{ schedule.date }}" } }, {
      every: "1d",
    });
    const { target } = schedule.definition;
    const read = (await again(schedule)).target;
    // The text of a module's parameters is none there, and becomes one that is escaped in a file.
    const escaped = JSON.parse(JSON.stringify(target).replaceAll("${{ not.one", () => "$${{ not.one"));
    escaped.spec.steps[1].templates = true;
    assertEquals(read, escaped);

    const folder = await Deno.makeTempDir();
    const file = `${folder}/flow.yaml`;
    await Deno.writeTextFile(
      file,
      "params: { date: }\nsteps: { a: { run: [x, '${{ params.date }}'], delay: 1m } }\n",
    );
    const text =
      `schedules: { f: { every: 1d, workflow: ./flow.yaml, params: { date: '\${{ schedule.date }}' } } }`;
    await schedules.apply(await readSchedulesText(text, "s.yaml", `${folder}/s.yaml`));
    const named = await schedules.get("f");
    assert((await toYaml([named])).includes(`workflow: ${file}\n`));
    assertEquals(await again(named), named.definition);
    await Deno.writeTextFile(file, "steps: { a: { run: [y] } }\n");
    assert((await toYaml([named])).includes("        a:\n          run:\n"), await toYaml([named]));
    assertEquals(await again(named), named.definition);
    await Deno.remove(folder, { recursive: true });
  }));

Deno.test("what only a script can say is refused", () =>
  withQueue(async ({ schedules }) => {
    const one = task("one", () => 1);
    const functions = workflow("w");
    functions.add(one(), { name: "first" });
    const renamed = workflow("w");
    const first = renamed.add(command(["a"]), { name: "first" });
    renamed.add(command(["b"]), { after: { other: first } });
    for (
      const [flow, message] of [
        [functions, 'step "first" is of kind function'],
        [renamed, 'calls its parent "first" by another name, "other"'],
      ] as const
    ) {
      const schedule = await schedules.add(`s${message.length}`, { workflow: flow }, { every: "1h" });
      await assertRejects(() => toYaml([schedule]), UsageError, message);
    }
  }));
