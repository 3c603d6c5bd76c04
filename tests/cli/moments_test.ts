import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { systemZone } from "../../src/calendar/zone_name.ts";
import { Place } from "./harness.ts";

/** A Tuesday, 15:00 on the clocks of this machine's zone. */
const NOW = Temporal.ZonedDateTime.from(`2026-11-24T15:00[${systemZone()}]`).epochMilliseconds;
const AT = { now: () => NOW };

function iso(local: string): string {
  return new Date(Temporal.ZonedDateTime.from(`${local}[${systemZone()}]`).epochMilliseconds).toISOString();
}

Deno.test("submit says when a job will start and expire, on one line each", async () => {
  await using place = await Place.make();
  const zone = systemZone();
  const submit = async (...options: readonly string[]): Promise<string> => {
    const ran = await place.gigq(["submit", ...options, "--", "true"], AT);
    assertEquals(ran.code, 0, ran.err);
    return ran.err;
  };
  for (
    const [text, told] of [
      ["tomorrow 9am", `Wed 2026-11-25 09:00 ${zone}, in 18h`],
      ["next friday at noon", `Fri 2026-12-04 12:00 ${zone}, in 9d21h`],
      ["22:00", `Tue 2026-11-24 22:00 ${zone}, in 7h`],
      ["in 2 hours", `Tue 2026-11-24 17:00 ${zone}, in 2h`],
      ["10m", `Tue 2026-11-24 15:10 ${zone}, in 10m`],
      ["2026-12-24 18:00", `Thu 2026-12-24 18:00 ${zone}, in 30d03h`],
      // Scripts may be a little late.
      ["2026-11-24T14:59", `Tue 2026-11-24 14:59 ${zone}, 1m ago`],
    ] as const
  ) assertEquals(await submit("--at", text), `Not before ${told}\n`, text);
  assertEquals(await submit("--delay", "90s"), `Not before Tue 2026-11-24 15:01:30 ${zone}, in 1m30s\n`);
  assertEquals(
    await submit("--at", "tonight", "--expires", "tomorrow 6:00"),
    `Not before Tue 2026-11-24 22:00 ${zone}, in 7h\nExpires Wed 2026-11-25 06:00 ${zone}, in 15h\n`,
  );
  assertEquals(await submit(), "");
  const due = (await place.json(["list"])).map((job) => job.dueAt);
  assertStringIncludes(due.join(" "), iso("2026-11-25T09:00"));
  const [job] = await place.json(["status", "9"]);
  assertEquals([job.dueAt, job.expiresAt], [iso("2026-11-24T22:00"), iso("2026-11-25T06:00")]);
});

Deno.test("submit --json says it in its answer", async () => {
  await using place = await Place.make();
  const ran = await place.gigq(
    ["submit", "--json", "--at", "tomorrow 9am", "--expires", "2d", "--unique", "k", "--", "true"],
    AT,
  );
  const [runAt, expiresAt] = [iso("2026-11-25T09:00"), new Date(NOW + 2 * 86_400_000).toISOString()];
  assertEquals([JSON.parse(ran.out), ran.err], [{ id: 1, created: true, runAt, expiresAt }, ""]);
  const again = await place.gigq(
    ["submit", "--json", "--at", "tomorrow 9am", "--unique", "k", "--", "true"],
    AT,
  );
  assertEquals(JSON.parse(again.out), { id: 1, created: false });
});

Deno.test("submit tells nothing of a job that was there already", async () => {
  await using place = await Place.make();
  const submit = (): ReturnType<Place["gigq"]> =>
    place.gigq(["submit", "--at", "tomorrow 9am", "--unique", "k", "--", "true"], AT);
  await submit();
  assertEquals((await submit()).err, "Job 1 has this unique key already; nothing was added\n");
});

Deno.test("batch says it once, and in each answer", async () => {
  await using place = await Place.make();
  const stdin = "a\nb\n";
  const told = await place.gigq(["batch", "--at", "tomorrow noon", "--", "echo", "{}"], { ...AT, stdin });
  assertEquals([told.out, told.err], ["1\n2\n", `Not before Wed 2026-11-25 12:00 ${systemZone()}, in 21h\n`]);
  const json = await place.gigq(["batch", "--json", "--at", "tomorrow noon", "--", "echo", "{}"], {
    ...AT,
    stdin,
  });
  const runAt = iso("2026-11-25T12:00");
  assertEquals(json.out.trim().split("\n").map((line) => JSON.parse(line)), [
    { id: 3, created: true, runAt },
    { id: 4, created: true, runAt },
  ]);
  assertEquals(json.err, "");
});

Deno.test("batch counts durations from the submit of each line, not from its start", async () => {
  await using place = await Place.make();
  const start = { now: () => NOW - 30 * 86_400_000, stdin: "a\n" };
  const { out } = await place.gigq(
    ["batch", "--json", "--delay", "1h", "--expires", "2h", "--", "echo"],
    start,
  );
  const { runAt, expiresAt } = JSON.parse(out);
  const [job] = await place.json(["status", "1"]);
  assertEquals([job.dueAt, job.expiresAt], [runAt, expiresAt]);
  assertEquals(Date.parse(expiresAt) - Date.parse(runAt), 3_600_000);
  const early = Date.parse(job.createdAt) + 3_600_000 - Date.parse(runAt);
  assert(early >= 0 && early < 86_400_000, `it starts ${early} ms before an hour has passed`);
});

Deno.test("a time that is not understood is refused before there is a file", async () => {
  await using place = await Place.make();
  for (
    const [options, message] of [
      [
        ["--at", "tomorow 9am"],
        'gigq: Time "tomorow 9am": "tomorow" is not understood; did you mean "tomorrow"?\n',
      ],
      [["--at", "5/6/2026"], 'gigq: Time "5/6/2026" can mean two dates; write 2026-06-05 or 2026-05-06\n'],
      [
        ["--expires", "monday"],
        'gigq: Time "monday" does not say a time of day; write it like "monday 09:00"\n',
      ],
      [
        ["--at", "yesterday 9am"],
        `gigq: Time "yesterday 9am" has passed: Mon 2026-11-23 09:00 ${systemZone()}, 1d06h ago; ` +
        'write a time to come, such as "tomorrow 9:00" or "in 2 hours"\n',
      ],
    ] as const
  ) {
    const ran = await place.gigq(["submit", ...options, "--", "true"], AT);
    assertEquals([ran.code, ran.out, ran.err], [2, "", message]);
  }
  assertEquals([...Deno.readDirSync(place.dir)], []);
});

const ROOT = new URL("../../", import.meta.url);

/** Whether a program asks for a module, which is replaced by one that says so and does nothing else. */
async function asksFor(module: string, place: Place, argv: readonly string[]): Promise<boolean> {
  const { imports } = JSON.parse(await Deno.readTextFile(new URL("npm/import_map.json", ROOT)));
  const absolute = Object.entries<string>(imports).map(([from, to]) => {
    const whole = (path: string): string =>
      /^\.\.?\//.test(path) ? new URL(path, new URL("npm/", ROOT)).href : path;
    return [whole(from), whole(to)];
  });
  const name = module.startsWith("src/") ? new URL(module, ROOT).href : module;
  const replaced = {
    ...Object.fromEntries(absolute),
    [name]: "data:text/javascript,throw new Error('ASKED')",
  };
  const map = await place.write("map.json", JSON.stringify({ imports: replaced }));
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--quiet",
      "--no-check",
      "--no-lock",
      "--import-map",
      map,
      new URL("main.ts", ROOT).href,
      ...argv,
    ],
    cwd: place.dir,
    env: { GIGQ_DB: place.db, NO_COLOR: "1" },
  }).output();
  // It lacks what is imported by name, too.
  const asked = /ASKED|does not provide an export/.test(new TextDecoder().decode(stderr));
  assertEquals(code === 0, !asked, new TextDecoder().decode(stderr));
  return asked;
}

Deno.test("submit loads nothing of it before it is needed, and the library only for words", async () => {
  await using place = await Place.make();
  const submit = (...options: readonly string[]): readonly string[] => ["submit", ...options, "--", "true"];
  assertEquals(await asksFor("src/cli/moments.ts", place, submit()), false);
  assertEquals(await asksFor("src/cli/moments.ts", place, submit("--delay", "1h")), true);
  assertEquals(await asksFor("chrono-node", place, submit("--at", "22:00", "--expires", "2d")), false);
  assertEquals(await asksFor("chrono-node", place, submit("--at", "tomorrow 9am")), true);
});
