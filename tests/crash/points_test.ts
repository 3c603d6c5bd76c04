import { assert, assertEquals } from "@std/assert";
import { edgesBelow } from "../architecture/graph.ts";
import { audit, type Figures } from "./audit.ts";
import { type Backend, BACKENDS, sizeOn, SQLITE } from "./backends.ts";
import { type Fault, type Point, POINTS } from "./faults.ts";
import { submit } from "./feed.ts";
import { drain, ignore, withDatabase, withStore, WorkerProcess } from "./harness.ts";
import { command, task } from "./jobs.ts";
import { type Chance, seeded } from "./seed.ts";
import { isLong, tell } from "./sizes.ts";

/** Kills at each point. */
const killsOf = (backend: Backend): number =>
  sizeOn(backend, "kills-a-point", { file: 1, server: 1, long: 10 });
/** A worker dies at one of the first so many passages. */
const MAX_PASSAGE = isLong ? 4 : 1;
/** Stores worked on at once. */
const LANES = 2;
const HEARTBEAT_MS = 30;

/** Points that a worker passes only while the file has no tables yet. */
const isFirst = (point: Point): boolean => point.startsWith("commit.schema");
/** Points that are passed once at most: a worker takes over everything at once. */
const isRare = (point: Point): boolean => isFirst(point) || point.includes("rescue");

/** Transactions are seen of files only; on servers a call is the smallest step. */
function pointsOf(backend: Backend): readonly Point[] {
  return POINTS.filter((point) => backend === SQLITE || !/^(begin|transaction|commit)/.test(point));
}

/** Points in a row, so that the orphans of one death are there for the next. */
async function dieAt(backend: Backend, points: readonly Point[], chance: Chance): Promise<Figures> {
  return await withDatabase(async ({ db, ledger }) => {
    for (const point of points) {
      if (!isFirst(point)) await feed(db, ledger);
      if (point.includes("rescue")) {
        await die(db, ledger, { point: "run:after", passage: 1, signal: "SIGKILL" });
      }
      const passage = isRare(point) ? 1 : 1 + chance.below(MAX_PASSAGE);
      await die(db, ledger, { point, passage, signal: "SIGKILL" });
    }
    await drain({ db, ledger });
    return await audit(db, ledger, { unacknowledged: true });
  }, backend);
}

/** Enough of every sort for any point to be passed a few times. */
async function feed(db: string, ledger: string): Promise<void> {
  const jobs = Array.from({ length: MAX_PASSAGE }, () => [
    task("note"),
    // Long enough to be registered, and to be there at a heartbeat.
    command(ledger, "echo up >&2; sleep 0.2"),
    command(ledger, "echo up >&2"),
    started(ledger),
  ]).flat();
  await withStore(db, (store) => submit(store, ledger, jobs));
}

/** A command that the runtime starts, since it reads. */
function started(ledger: string): ReturnType<typeof command> {
  const job = command(ledger, "cat >&2");
  return { ...job, payload: { ...job.payload, stdin: { text: "up" } } };
}

/**
 * Runs a worker until it has died at the point: its last word tells that the point was reached. Where its jobs ended
 * before they came there, as on a busy machine, it gets others.
 */
async function die(db: string, ledger: string, fault: Fault): Promise<void> {
  const submits = fault.point.includes("enqueue") ? { submits: 1 } : {};
  let last = "";
  let feeding: Promise<void> = Promise.resolve();
  const heard = (line: string): void => {
    last = line;
    if (line === "idle" && !isFirst(fault.point)) feeding = feeding.then(() => feed(db, ledger));
  };
  const worker = new WorkerProcess(
    { db, ledger, mode: "run", concurrency: 16, heartbeatMs: HEARTBEAT_MS, fault, ...submits },
    heard,
  );
  const { signal } = await worker.ended();
  await feeding;
  assertEquals([last, signal], [`at ${fault.point}`, "SIGKILL"]);
}

for (const backend of BACKENDS) {
  const [kills, all] = [killsOf(backend), pointsOf(backend)];
  Deno.test({
    name:
      `${backend.name}: ${kills} kills at each of ${all.length} points around claim, spawn, output and commit`,
    ignore: ignore || !backend.available,
    async fn(): Promise<void> {
      const chance = seeded(`points ${backend.name}`);
      const turns = Array.from({ length: kills }, () => [...all]);
      // Each turn is a store of its own, or half of the points where there is one turn.
      const stores = kills === 1 ? split(turns[0]!, LANES) : turns;
      let [jobs, lostAttempts] = [0, 0];
      const lane = async (): Promise<void> => {
        for (let points = stores.pop(); points !== undefined; points = stores.pop()) {
          const inOrder = points.filter(isFirst).concat(points.filter((point) => !isFirst(point)));
          const figures = await dieAt(backend, inOrder, chance);
          jobs += figures.jobs;
          lostAttempts += figures.lostAttempts;
        }
      };
      await Promise.all(Array.from({ length: LANES }, lane));
      const figures = {
        points: all.length,
        kills: kills * all.length,
        jobs,
        lostAttempts,
        lost: 0,
        doubled: 0,
      };
      tell(`points ${backend.name}`, { ...figures, seed: chance.seed });
    },
  });
}

function split<T>(items: readonly T[], parts: number): T[][] {
  return Array.from({ length: parts }, (_, part) => items.filter((_, i) => i % parts === part));
}

Deno.test("the points are no part of the product", async () => {
  const files = (await Promise.all(["main.ts", "cli.ts", "mod.ts", "src/cli/embedded.ts"].map(edgesBelow)))
    .flat()
    .map(({ to }) => to);
  assert(files.includes("src/engine/engine.ts"));
  assertEquals(files.filter((path) => path.startsWith("tests/")), []);
});
