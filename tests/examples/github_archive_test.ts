import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import type { HourResult } from "../../examples/github_archive/hour.ts";
import { findArchive } from "../../examples/github_archive/find_archive.ts";
import { readHours, readOptions } from "../../examples/github_archive/options.ts";
import type { Report } from "../../examples/github_archive/report.ts";
import { gzip, sampleEvent, writeSample } from "../../examples/github_archive/sample.ts";
import archive from "../../examples/github_archive/workflow.ts";
import { loadWorkflow } from "../../load.ts";
import { JobQueue, type RunStatus, type SubmittedWorkflow, UsageError, Worker } from "../../mod.ts";
import { Workshop } from "./workshop.ts";

const DATE = "2015-01-01";

/** What a run came to. */
interface Outcome {
  readonly status: RunStatus;
  readonly report: Report;
  readonly steps: Readonly<Record<string, HourResult>>;
}

/** Runs the workflow in this process. */
async function count(shop: Workshop, hours: string, source = `${shop.folder}/source`): Promise<Outcome> {
  await using queue = await JobQueue.open(":memory:");
  const run = await archive({ date: DATE, hours, source, work: `${shop.folder}/work` }).submit(queue);
  await new Worker(queue, { workflow: run.id, concurrency: 2 }).drain();
  return await outcomeOf(run);
}

async function outcomeOf(run: SubmittedWorkflow): Promise<Outcome> {
  const steps = await run.allResults() as Record<string, never>;
  return { status: await run.status(), report: steps.report!, steps };
}

async function sample(hours: readonly number[]): Promise<Workshop> {
  const shop = await Workshop.open();
  await Deno.mkdir(`${shop.folder}/source`);
  await writeSample(`${shop.folder}/source`, { date: DATE, hours, events: 100 });
  return shop;
}

/** The events of some hours of the sample, as lines. */
function lines(hours: readonly number[], events = 100): string[] {
  return hours.flatMap((hour) =>
    Array.from({ length: events }, (_, at) => JSON.stringify(sampleEvent(hour, at)))
  );
}

/** The report, worked out in the simplest way. */
function expected(events: readonly string[]): Report {
  const all = events.map((line) => JSON.parse(line));
  const ranked = (names: readonly string[]): [string, number][] =>
    [...Map.groupBy(names, (name) => name)].map(([name, same]): [string, number] => [name, same.length])
      .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  const repos = ranked(all.map((event) => event.repo.name));
  const actors = ranked(all.map((event) => event.actor.login));
  return {
    events: all.length,
    types: Object.fromEntries(ranked(all.map((event) => event.type))),
    repos: repos.length,
    actors: actors.length,
    commits: all.reduce((sum, event) => sum + (event.payload.commits?.length ?? 0), 0),
    topRepos: repos.slice(0, 10),
    topActors: actors.slice(0, 10),
    topStars: ranked(all.filter((event) => event.type === "WatchEvent").map((event) => event.repo.name))
      .slice(0, 10),
    badLines: 0,
    missing: [],
  };
}

const data = await findArchive();

Deno.test({
  name: "example github_archive: the real hour",
  ignore: !data?.hours.includes(12) || data.date !== DATE,
  fn: async () => {
    await using shop = await Workshop.open();
    const { report, status } = await count(shop, "12", data!.folder);
    assertEquals([status, report.events, report.repos, report.actors], ["completed", 8_273, 4_532, 3_886]);
    assertEquals([report.commits, report.badLines, report.missing], [7_517, 0, []]);
    assertEquals([report.topRepos[0], report.topActors[0], report.topStars[0]], [
      ["KenanSulayman/heartbeat", 80],
      ["opencm", 97],
      ["wasabeef/awesome-android-ui", 12],
    ]);
  },
});

Deno.test("example github_archive: names are counted once over all hours", async () => {
  await using shop = await sample([0, 1, 5]);
  const { status, report, steps } = await count(shop, "0-1,5");
  assertEquals([status, report], ["completed", expected(lines([0, 1, 5]))]);
  assertEquals(Object.keys(steps), ["hour-0", "hour-1", "hour-5", "report"]);
});

Deno.test("example github_archive: bad lines are counted, blank ones are not", async () => {
  await using shop = await sample([]);
  const bad = ["{", "5", "null", '{"type":"PushEvent"}', "[]"];
  const text = [...lines([3], 10), ...bad, "", "  ", ...lines([4], 10)];
  await shop.write(`source/${DATE}-3.json.gz`, gzip(text));
  const { report } = await count(shop, "3");
  assertEquals(report, { ...expected([...lines([3], 10), ...lines([4], 10)]), badLines: bad.length });
});

Deno.test("example github_archive: a truncated hour and a missing one are told, the rest is kept", async () => {
  await using shop = await sample([0, 1]);
  const whole = gzip(lines([2], 20_000));
  await shop.write(`source/${DATE}-2.json.gz`, whole.subarray(0, whole.length / 2));
  await shop.write(`source/${DATE}-4.json.gz`, "<html>busy</html>");
  const { status, report, steps } = await count(shop, "0-4");
  assertEquals([status, report.events, steps["hour-2"]], ["completed", 200, undefined]);
  assertEquals(report.missing.map((gap) => gap.hour), [2, 3, 4]);
  const [truncated, missing, damaged] = report.missing.map((gap) => gap.reason);
  const events = /^Archive 2015-01-01-2 is truncated: (\d+) events could be read before it ends$/.exec(
    truncated!,
  );
  assert(Number(events?.[1]) > 1_000 && Number(events?.[1]) < 20_000, truncated);
  assertEquals(missing, `There is no archive for ${DATE}-3 at ${shop.folder}/source`);
  assertMatch(damaged!, /^Archive 2015-01-01-4 is damaged: 0 events could be read/);
});

Deno.test("example github_archive: nothing at all fails the run", async () => {
  await using shop = await sample([]);
  const { status, report } = await count(shop, "7-8");
  assertEquals([status, report], ["failed", undefined as never]);
});

Deno.test("example github_archive: a rerun does only what is missing", async () => {
  await using shop = await sample([0, 1]);
  const reused = ({ steps }: Outcome): unknown[] =>
    Object.entries(steps).map(([step, { reused }]) => reused === undefined ? step : [step, reused]);
  assertEquals(reused(await count(shop, "0-2")), [["hour-0", false], ["hour-1", false], "report"]);
  await writeSample(`${shop.folder}/source`, { date: DATE, hours: [2], events: 100 });
  // A file that was cut short, as by a full disk, is no result.
  await Deno.writeTextFile(`${shop.folder}/work/${DATE}-1.counts.json`, '{"version":1,"orig');
  const again = await count(shop, "0-2");
  assertEquals(reused(again), [["hour-0", true], ["hour-1", false], ["hour-2", false], "report"]);
  assertEquals(again.report, expected(lines([0, 1, 2])));
  // Other bytes under the same name are another archive.
  await shop.write(`source/${DATE}-0.json.gz`, gzip(lines([0], 7)));
  assertEquals((await count(shop, "0")).report, expected(lines([0], 7)));
});

Deno.test("example github_archive: a retry of the run completes it", async () => {
  await using shop = await sample([0]);
  await using queue = await JobQueue.open(":memory:");
  const options = { date: DATE, hours: "0,1", source: `${shop.folder}/source`, work: `${shop.folder}/work` };
  const run = await archive(options).submit(queue);
  await new Worker(queue, { workflow: run.id }).drain();
  assertEquals((await outcomeOf(run)).report.missing.length, 1);
  await writeSample(`${shop.folder}/source`, { date: DATE, hours: [1], events: 100 });
  await queue.retryWorkflow(run.id);
  await new Worker(queue, { workflow: run.id }).drain();
  assertEquals((await outcomeOf(run)).report, expected(lines([0, 1])));
  const attempts = Object.fromEntries((await run.jobs()).map((job) => [job.step, job.attempt]));
  assertEquals(attempts, { "hour-0": 1, "hour-1": 2, report: 2 });
});

Deno.test("example github_archive: downloads; a 404 is told and not tried again", async () => {
  await using shop = await sample([]);
  const asked: string[] = [];
  await using server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, (request) => {
    const { pathname } = new URL(request.url);
    asked.push(pathname);
    return pathname.includes("-1.json")
      ? new Response("no", { status: 404 })
      : new Response(gzip(lines([0])));
  });
  const source = `http://127.0.0.1:${server.addr.port}`;
  const { report } = await count(shop, "0-1", source);
  assertEquals(report, {
    ...expected(lines([0])),
    missing: [{ hour: 1, reason: `There is no archive for ${DATE}-1 at ${source}` }],
  });
  assertEquals(asked.sort(), [`/${DATE}-0.json.gz`, `/${DATE}-1.json.gz`]);
});

Deno.test("example github_archive: a worker that is killed costs nothing", async () => {
  await using shop = await sample([0]);
  const started = Promise.withResolvers<void>();
  let first = true;
  await using server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, () => {
    if (!first) return new Response(gzip(lines([0])));
    first = false;
    started.resolve();
    // Never ends: the worker is in the middle of the download when it is killed.
    return new Response(
      new ReadableStream({ start: (stream) => stream.enqueue(gzip(lines([0])).subarray(0, 100)) }),
    );
  });
  const db = `${shop.folder}/gigq.db`;
  await using queue = await JobQueue.open(db, { driver: "builtin" });
  const source = `http://127.0.0.1:${server.addr.port}`;
  const run = await archive({ date: DATE, hours: "0", source, work: `${shop.folder}/work` }).submit(queue);
  const worker = shop.denoCommand("main.ts", ["worker", "--drain", "--db", db]).spawn();
  await started.promise;
  worker.kill("SIGKILL");
  await worker.output();
  await new Worker(queue, { workflow: run.id }).drain();
  assertEquals((await outcomeOf(run)).report, expected(lines([0])));
  const [hour] = await run.jobs();
  assertEquals((await queue.attempts(hour!.id)).map((attempt) => attempt.outcome), ["lost", "completed"]);
});

Deno.test("example github_archive: the file can be run, drawn and validated", async () => {
  const file = new URL("../../examples/github_archive/workflow.ts", import.meta.url).pathname;
  const { name, params, jobs } = await loadWorkflow(file, { date: DATE, hours: "0-23" });
  assertEquals([name, params, jobs.length], ["github-archive", { date: DATE, hours: "0-23" }, 25]);
  assertEquals(jobs.at(-1)!.after.map((edge) => edge.on), Array(24).fill("finished"));
  await assertRejects(() => loadWorkflow(file), UsageError, 'Parameter "date" is missing');
});

Deno.test("example github_archive: options are checked", () => {
  assertEquals(readHours("5-7, 1,6"), [1, 5, 6, 7]);
  for (const text of ["", "24", "7-5", "a", "1-", "-1"]) {
    assertThrows(() => readHours(text), UsageError, `Hours "${text}" are not understood`);
  }
  for (const date of ["2015-02-30", "2015-1-1", "yesterday"]) {
    assertThrows(() => readOptions({ date }), UsageError, `Date "${date}" is not a day`);
  }
  assertThrows(() => readOptions({ date: DATE, hour: "1" }), UsageError, 'Parameter "hour" is unknown');
  assertEquals(readOptions({ date: DATE }).source, "https://data.gharchive.org");
});

Deno.test("example github_archive: the demo runs on a sample it makes, and leaves nothing behind", async () => {
  await using shop = await Workshop.open();
  await Deno.mkdir(`${shop.folder}/tmp`);
  const env = {
    GHARCHIVE_DIR: `${shop.folder}/none`,
    TMPDIR: `${shop.folder}/tmp`,
    TEMP: `${shop.folder}/tmp`,
  };
  const { code, out, err } = await shop.deno("examples/github_archive/demo.ts", [], env);
  assertEquals(code, 0);
  assertStringIncludes(err, "using a small sample made here");
  assertMatch(out, /^GitHub on 2015-01-01, hours 0, 1, and 2 \(UTC\)\n\n {2}1,500 {2}events\n/);
  assertEquals([...Deno.readDirSync(`${shop.folder}/tmp`)], []);
});
