import { assert, assertEquals } from "@std/assert";
import type { NewJob } from "../../src/core/job.ts";
import { PENDING } from "../../src/core/transitions.ts";
import { audit, inspect } from "./audit.ts";
import { type Backend, BACKENDS, isFile, sizeOn } from "./backends.ts";
import type { Fault, Point } from "./faults.ts";
import { submit } from "./feed.ts";
import { drain, ignore, withDatabase, withStore, WorkerProcess } from "./harness.ts";
import { command, task } from "./jobs.ts";
import { type Chance, seeded } from "./seed.ts";
import { tell } from "./sizes.ts";
import type { Gap } from "./unfenced.ts";

const zombiesOf = (backend: Backend): number =>
  sizeOn(backend, "zombies", { file: 10, server: 9, long: 100 });
/** Stopped at once. */
const TOGETHER = 10;
const LEASE_MS = 600;
/** For how many leases they are stopped. */
const LEASES = 3;

/**
 * Where a worker can be stopped without holding a lock: then nobody could take over before it goes on. `null`: within the
 * body. Commits are seen of files only.
 */
const PLACES: readonly (Point | null)[] = [
  null,
  "claim:after",
  "run:before",
  "run:after",
  "spawn:after",
  "output:first",
  "appendLog:before",
  "finish:before",
  "heartbeat:before",
  "commit.finish:after",
];

/**
 * A worker that has taken one job and stands at the place, which may need the right job, or is about to. On a busy
 * machine one may find its lease over before it has come so far, and give the job back: another one takes its place.
 */
async function makeZombie(
  db: string,
  ledger: string,
  place: Point | null,
  gap?: Gap,
): Promise<WorkerProcess> {
  for (;;) {
    const queue = place ?? "body";
    // One that was given back is still there for the next.
    const left = await withStore(db, (store) => store.count({ queues: [queue], statuses: PENDING }));
    if (left === 0) {
      await withStore(db, (store) => submit(store, ledger, [{ ...jobFor(ledger, place), queue }]));
    }
    const worker = startZombie(db, ledger, place, gap);
    const there = await worker.reaches(place === null ? "begin " : `at ${place}`);
    if (there && (place !== null || stopped(worker))) return worker;
    assertEquals((await worker.ended()).code, 0);
  }
}

/** Stops it within the body, if it has not ended. */
function stopped(worker: WorkerProcess): boolean {
  try {
    worker.signal("SIGSTOP");
    return true;
  } catch {
    return false;
  }
}

/** One in which a worker comes to the place. */
function jobFor(ledger: string, place: Point | null): NewJob {
  const needsCommand = place !== null && ["spawn:after", "output:first", "appendLog:before"].includes(place);
  return needsCommand
    ? command(ledger, "echo up >&2; sleep 0.2")
    : task(place === null || place === "heartbeat:before" ? "gate" : "note");
}

function startZombie(db: string, ledger: string, place: Point | null, gap?: Gap): WorkerProcess {
  const fault: Fault | undefined = place === null
    ? undefined
    : { point: place, passage: 1, signal: "SIGSTOP", gate: `${ledger}.${crypto.randomUUID()}` };
  return new WorkerProcess({
    db,
    ledger,
    mode: "run",
    maxJobs: 1,
    leaseMs: LEASE_MS,
    heartbeatMs: place === "heartbeat:before" ? LEASE_MS / 3 : 600_000,
    queues: [place ?? "body"],
    ...(fault && { fault }),
    ...(gap && { gap }),
  });
}

/** Stops workers at the places, lets another do their jobs, and lets them go on when three leases have ended. */
async function round(
  db: string,
  ledger: string,
  places: readonly (Point | null)[],
  gap?: Gap,
): Promise<void> {
  const zombies = await Promise.all(places.map((place) => makeZombie(db, ledger, place, gap)));
  const clock = await withStore(
    db,
    (store) => submit(store, ledger, [{ ...task("note"), runAt: Date.now() + LEASES * LEASE_MS }]),
  );
  const taken = new Set<string>();
  const heir = new WorkerProcess({ db, ledger, mode: "run", leaseMs: LEASE_MS, heartbeatMs: LEASE_MS / 3 });
  // The job for later tells that the leases have ended, each of the others that its worker was believed dead.
  const awaited = [...clock, ...await idsOf(db, places)].map((id) => `accepted ${id}`);
  while (!awaited.every((line) => taken.has(line))) {
    const line = await heir.line();
    assert(line !== null, "the heir ended");
    taken.add(line);
  }
  for (const zombie of zombies) zombie.goOn();
  await Promise.all(zombies.map(async (zombie) => {
    await zombie.open();
    assertEquals((await zombie.ended()).code, 0);
  }));
  await heir.kill();
}

/** The jobs that somebody has to take over: what was committed before its worker was stopped is done. */
async function idsOf(db: string, places: readonly (Point | null)[]): Promise<readonly number[]> {
  const queues = places.map((place) => place ?? "body");
  return await withStore(
    db,
    async (store) => (await store.list({ queues, statuses: ["running"] })).map(({ id }) => id),
  );
}

for (const backend of BACKENDS) {
  const zombies = zombiesOf(backend);
  Deno.test({
    name: `${backend.name}: ${zombies} workers stopped for ${LEASES} leases come back and change nothing`,
    ignore: ignore || !backend.available,
    async fn(): Promise<void> {
      const chance = seeded(`zombies ${backend.name}`);
      await withDatabase(async ({ db, ledger }) => {
        for (let stopped = 0; stopped < zombies; stopped += TOGETHER) {
          await round(db, ledger, some(chance, isFile(db), Math.min(TOGETHER, zombies - stopped)));
        }
        await drain({ db, ledger });
        const figures = await audit(db, ledger, { overlap: true });
        assert(figures.lostAttempts > zombies / 2, "hardly any worker was believed dead");
        tell(`zombies ${backend.name}`, { stopped: zombies, leases: LEASES, ...figures, seed: chance.seed });
      }, backend);
    },
  });
}

/** Places in a random order, each as often as the others. */
function some(chance: Chance, inFile: boolean, count: number): (Point | null)[] {
  const places = PLACES.filter((place) => inFile || !place?.startsWith("commit"));
  const deck = places.map((place) => ({ place, key: chance.next() })).sort((a, b) => a.key - b.key);
  return Array.from({ length: count }, (_, i) => deck[i % deck.length]!.place);
}

type Found = Awaited<ReturnType<typeof inspect>>;

async function inspected(test: (db: string, ledger: string) => Promise<void>): Promise<Found> {
  return await withDatabase(async ({ db, ledger }) => {
    await test(db, ledger);
    return await inspect(db, ledger, { overlap: true });
  });
}

Deno.test({
  name: "with the fence taken out, a late finish is accepted twice, and the check says so",
  ignore,
  async fn(): Promise<void> {
    const { problems, figures } = await inspected((db, ledger) =>
      round(db, ledger, ["finish:before"], "all")
    );
    assertEquals(figures.doubled, 1);
    assert(problems.includes("job 1: 2 completions were accepted"), problems.join("\n"));
  },
});

/** The zombie finishes while its heir has the job in its hands. */
async function finishBesideHeir(db: string, ledger: string, gap?: Gap): Promise<void> {
  const zombie = await makeZombie(db, ledger, "finish:before", gap);
  const fault: Fault = { point: "run:before", passage: 1, signal: "SIGSTOP", gate: `${ledger}.heir` };
  // It stands while the zombie ends, and its own lease is to outlast that. It waits as long for that of the zombie.
  const heir = new WorkerProcess({
    db,
    ledger,
    mode: "run",
    maxJobs: 1,
    leaseMs: 5 * LEASE_MS,
    heartbeatMs: 100,
    fault,
  });
  await heir.until("at run:before");
  for (const worker of [zombie, heir]) {
    worker.goOn();
    assertEquals((await worker.ended()).code, 0);
  }
}

Deno.test({
  name:
    "with the attempt taken out of the fence, a late finish takes the job from its heir, and the check says so",
  ignore,
  async fn(): Promise<void> {
    assertEquals((await inspected(finishBesideHeir)).problems, []);
    const { problems } = await inspected((db, ledger) => finishBesideHeir(db, ledger, "attempt"));
    assert(problems.includes("job 1: attempt 1 was accepted while attempt 2 held it"), problems.join("\n"));
  },
});
