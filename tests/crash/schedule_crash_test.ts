/** Processes that fire the same schedules, and are killed while they do. */

import { assert, assertEquals } from "@std/assert";
import type { Job } from "../../src/core/job.ts";
import type { Store } from "../../src/core/ports.ts";
import { type Firing, isOpen, type Schedule } from "../../src/core/schedule.ts";
import { scheduledOf } from "../../src/core/schedule/target.ts";
import { add, MINUTE, T, type Wanted, workflow } from "../engine/schedules_kit.ts";
import { type Backend, BACKENDS, sizeOn, SQLITE } from "./backends.ts";
import { ignore, withDatabase, withStore, WorkerProcess } from "./harness.ts";
import type { Ticking } from "./schedule_program.ts";
import { type Chance, seeded } from "./seed.ts";
import { isLong, tell } from "./sizes.ts";

const PROGRAM = new URL("./schedule_program.ts", import.meta.url).href;
/** Processes at any time. */
const PROCESSES = 5;
const ticksOf = (backend: Backend): number =>
  sizeOn(backend, "schedule ticks", { file: 100, server: 40, long: 1_000 });
/** One process in so many is killed at a tick. */
const KILLS = isLong ? 40 : 15;
/** It is killed after less than so many lines. */
const MAX_LINES = 12;
/** Once in so many ticks nobody was there for a while. */
const GAPS = 15;
/** How many minutes that may take. */
const MAX_GAP = 10;
/** How far clocks may be off. */
const SKEW_MS = 90_000;

/** All due every minute. */
const SCHEDULES: Readonly<Record<string, Wanted>> = {
  "allow-none": { overlap: "allow", catchUp: "none" },
  "allow-one": { overlap: "allow", catchUp: "one" },
  "allow-all": { overlap: "allow", catchUp: "all" },
  "skip-one": { overlap: "skip", catchUp: "one" },
  "queue-one": { overlap: "queue-one", catchUp: "one" },
  "queue-all": { overlap: "queue-all", catchUp: "all" },
  "cancel-one": { overlap: "cancel-previous", catchUp: "one" },
  "run-all": { overlap: "allow", catchUp: "all", target: workflow("run", "finished") },
};

for (const backend of BACKENDS) {
  Deno.test({
    name: `${backend.name}: ${PROCESSES} processes, ${
      ticksOf(backend)
    } ticks, killed all the time: each slot of a schedule is decided once, and has its job once`,
    ignore: ignore || !backend.available,
    fn: () =>
      withDatabase(async ({ db }) => {
        const chance = seeded(`schedules ${backend.name}`);
        const figures = await race(db, chance, ticksOf(backend));
        const { problems, slots, jobs } = await withStore(db, (store) => inspect(store, figures.until));
        assertEquals(problems.slice(0, 20), [], `${problems.length} contradictions`);
        assert(figures.kills > 0, "nobody was killed");
        tell(`schedules ${backend.name}`, { ...figures, slots, jobs, seed: chance.seed });
      }, backend),
  });
}

Deno.test({
  name: "the check sees slots that are decided twice: without the comparison of versions",
  ignore,
  fn: () =>
    withDatabase(async ({ db }) => {
      const { until } = await race(db, seeded("schedules without versions"), 40, { unversioned: true });
      const { problems } = await withStore(db, (store) => inspect(store, until));
      assert(problems.length > 0, "nothing was found");
    }, SQLITE),
});

interface Figures {
  readonly ticks: number;
  readonly kills: number;
  /** The latest time that any clock has shown. */
  readonly until: number;
}

/** Lets processes look at each tick together, each by its own clock, and kills some of them on the way. */
async function race(
  db: string,
  chance: Chance,
  ticks: number,
  rest: Omit<Ticking, "db" | "by"> = {},
): Promise<Figures & Record<string, number>> {
  await withStore(db, async (store) => {
    for (const [name, wanted] of Object.entries(SCHEDULES)) await add(store, T, name, wanted);
  });
  let made = 0;
  let kills = 0;
  let until = T;
  const start = async (): Promise<WorkerProcess> => {
    const settings: Ticking = { db, by: `p${++made}`, ...rest };
    const process = new WorkerProcess(settings, undefined, {
      program: PROGRAM,
    });
    await process.until("ready");
    return process;
  };
  const lanes = await Promise.all(Array.from({ length: PROCESSES }, start));
  for (let tick = 0, now = T; tick < ticks; tick++) {
    now += (chance.below(GAPS) === 0 ? 1 + chance.below(MAX_GAP) : 1) * MINUTE;
    await Promise.all(lanes.map(async (process, lane) => {
      const at = now + chance.below(2 * SKEW_MS) - SKEW_MS;
      until = Math.max(until, at);
      await process.say(String(at));
      if (chance.below(KILLS) > 0) return await process.until("ticked");
      let lines = chance.below(MAX_LINES);
      while (lines-- > 0 && await process.line() !== "ticked");
      kills++;
      await process.kill();
      lanes[lane] = await start();
    }));
  }
  // Whatever was left by those who were killed is done by who comes last.
  await lanes[0]!.say(String(until));
  await lanes[0]!.until("ticked");
  for (const process of lanes) await process.kill();
  return { ticks, kills, until };
}

/** Whether histories are without gap or overlap up to a time, and agree with the jobs that are there. */
async function inspect(
  store: Store,
  until: number,
): Promise<{ readonly problems: readonly string[]; readonly slots: number; readonly jobs: number }> {
  const schedules = await store.schedules.list();
  const firings = await store.schedules.firings({});
  const jobs = await store.list({});
  const problems = schedules.flatMap((schedule) => {
    const own = firings.filter((firing) => firing.schedule === schedule.id);
    const made = jobs.filter(({ payload }) => scheduledOf(payload)?.schedule === schedule.name);
    return [...gaps(schedule, own, until), ...strays(schedule, own, made)];
  });
  return { problems, slots: firings.reduce((sum, { slots }) => sum + slots, 0), jobs: jobs.length };
}

/** Slots up to a time that are in no entry, or in more than one. */
function gaps({ name, state }: Schedule, firings: readonly Firing[], until: number): string[] {
  const found = new Map<number, number>();
  for (const { slot, slots } of firings) {
    for (let n = 0; n < slots; n++) found.set(slot - n * MINUTE, (found.get(slot - n * MINUTE) ?? 0) + 1);
  }
  const problems = [...found].filter(([, times]) => times > 1).map(([at, times]) =>
    `${name}: slot ${at} is in ${times} entries`
  );
  for (let at = T + MINUTE; at <= until; at += MINUTE) {
    if (!found.has(at)) problems.push(`${name}: slot ${at} is in no entry`);
  }
  if (state.cursor < until - MINUTE) problems.push(`${name}: slots after ${state.cursor} are not decided`);
  return problems;
}

/** Entries without their jobs, jobs without their entry, and jobs that are there twice. */
function strays({ name }: Schedule, firings: readonly Firing[], jobs: readonly Job[]): string[] {
  const bySlot = Map.groupBy(jobs, ({ payload }) => scheduledOf(payload)!.at);
  const known = new Set(firings.map(({ slot }) => slot));
  const problems: string[] = [];
  for (const firing of firings) {
    const { slot, status, job, run } = firing;
    const made = bySlot.get(slot) ?? [];
    const wanted = job !== null ? 1 : run !== null ? 2 : 0;
    if (made.length !== wanted) {
      problems.push(`${name}: slot ${slot} is ${status} and has ${made.length} jobs`);
    }
    const own = made.every(({ id, workflow }) => run === null ? id === job : workflow === run);
    if (!own) problems.push(`${name}: slot ${slot} names other jobs than it has`);
    const runs = isOpen(firing) ? status === "started" : !["skipped", "missed"].includes(status);
    if (runs !== (wanted > 0)) problems.push(`${name}: slot ${slot} is ${status} with ${wanted} jobs`);
  }
  for (const [slot, made] of bySlot) {
    if (!known.has(slot)) {
      problems.push(`${name}: ${made.length} jobs for slot ${slot}, which is in no entry`);
    }
  }
  return problems;
}
