/** The same on every store: what comes back from one may have its members in another order, or none that are empty. */

import { assertEquals } from "@std/assert";
import { readSchedulesText, toYaml } from "../../../load.ts";
import { command, JobQueue, task, Worker } from "../../../mod.ts";
import { ownName } from "../../servers.ts";
import { STORES } from "../stores.ts";
import { DAY, HOUR } from "./kit.ts";

const FILE = `
schedules:
  b:
    cron: [0 9 * * *, "@daily"]
    tz: Europe/Prague
    between: 06:00-20:00
    jitter: 2m
    run: [echo, "\${{ schedule.date }}"]
    env: { Z: 1, A: 2 }
    retry: 3
    timeout: 5m
    on-error: ["exit:75 -> snooze:5m", { match: any, run: [alert], name: n }]
    secrets: { TOKEN: env:OTHER }
  a:
    every: 1h
    tz: UTC
    workflow: { params: { d: , c: { default: 1, type: number } }, steps: { z: { run: [x, "\${{ params.d }}"] }, y: { run: [y], after: z } } }
    params: { d: "\${{ schedule.at }}" }
`;

for (const { name, available, url, drop } of STORES) {
  Deno.test({
    name: `schedules from scripts, in ${name}`,
    ignore: !available,
    async fn(): Promise<void> {
      const own = ownName();
      try {
        await using queue = await JobQueue.open(url(own));
        await live(queue);
      } finally {
        await drop(own);
      }
    },
  });
}

async function live(queue: JobQueue): Promise<void> {
  const { schedules } = queue;
  const wanted = await readSchedulesText(FILE, "s.yaml", "/x/s.yaml");
  assertEquals((await schedules.apply(wanted)).map(({ change }) => change), ["added", "added"]);
  assertEquals((await schedules.apply(wanted)).map(({ change, differences }) => [change, differences]), [
    ["unchanged", []],
    ["unchanged", []],
  ]);
  const all = await schedules.list();
  const text = await toYaml(all.map(({ schedule }) => schedule));
  const again = await readSchedulesText(text, "s.yaml", "/x/s.yaml");
  assertEquals((await schedules.apply(again)).map(({ name, change }) => [name, change]), [
    ["a", "unchanged"],
    ["b", "unchanged"],
  ]);
  assertEquals((await schedules.edit("a", {})).version, 1);

  const noop = task("noop", (_: undefined, ctx) => ctx.scheduledAt);
  const from = queue.now() - 3 * HOUR;
  await schedules.add("n", noop(), { every: "1h", from, tz: "UTC", overlap: "allow" });
  const { job, slot } = await schedules.run("n");
  const { queued } = await schedules.backfill("n", { from, until: queue.now() });
  assertEquals(queued.length >= 3, true);
  assertEquals(
    (await schedules.tick()).filter(({ firing }) => firing.trigger === "backfill").length,
    queued.length,
  );
  await new Worker(queue, { tasks: [noop], queues: ["default"] }).drain();
  assertEquals((await queue.get(job!)).result, slot);
  await schedules.tick();
  assertEquals(
    (await schedules.history("n", { statuses: ["completed"] })).map((firing) => firing.slot).sort((a, b) =>
      a - b
    ),
    [...queued, slot].sort((a, b) => a - b),
  );
  const made = (await queue.list({ name: "n" })).map(({ id }) => id);
  assertEquals(await schedules.jobs("n"), made);
  assertEquals(await schedules.jobs("b"), []);
  assertEquals(await queue.list({ ids: [] }), []);
  const { run } = await schedules.run("a");
  const steps = await queue.list({ ids: await schedules.jobs("a") });
  assertEquals(steps.map(({ workflow, step }) => [workflow, step]), [[run, "z"], [run, "y"]]);
  const { firings, overlaps } = await schedules.simulate({ until: queue.now() + DAY });
  assertEquals(firings.length >= 24 + 24 + 1, true);
  assertEquals(overlaps.find((one) => one.name === "n")!.typicalMs === null, false);
  await schedules.edit("n", { target: command(["true"]), options: { count: 1 } });
  assertEquals((await schedules.apply([], { prune: true })).map(({ change }) => change), [
    "removed",
    "removed",
    "removed",
  ]);
  assertEquals(await schedules.list(), []);
}
