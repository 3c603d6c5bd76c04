/** Several machines with clocks of their own: only the server's counts, and nobody touches what runs elsewhere. */

import { assert, assertEquals } from "@std/assert";
import type { Store } from "../../src/core/ports.ts";
import { audit } from "../crash/audit.ts";
import { BACKENDS, SQLITE } from "../crash/backends.ts";
import { submit } from "../crash/feed.ts";
import { withDatabase, withStore, WorkerProcess } from "../crash/harness.ts";
import { command, task } from "../crash/jobs.ts";
import { gigqArgs, run } from "../crash/storage_kit.ts";
import { until } from "./process.ts";

const PRELOAD = new URL("./shifted_clock.ts", import.meta.url).href;
/** How far clocks are off: far more than anything here takes on a busy machine. */
const SHIFT_MS = 20 * 60_000;
/** Shorter than clocks are off: by the wrong one, each lease is over at once. */
const LEASE_MS = 10 * 60_000;
const HEARTBEAT_MS = 1_000;
/** Each reckons the server's time as well as a round trip lets it, which is slow where all are busy. */
const ROUND_TRIP_MS = 500;
/** To wait for. */
const SHORT_LEASE_MS = 5_000;
/** Longer than anything here takes, and shorter than a clock is off. */
const WINDOW = "15m";

const SERVERS = BACKENDS.filter((backend) => backend !== SQLITE);

/** `gigq submit` on a machine whose clock is off. */
async function submitFrom(shiftMs: number, db: string, ...argv: readonly string[]): Promise<number> {
  const [first, ...rest] = gigqArgs("submit", "--db", db, ...argv);
  const { code, out, err } = await run(Deno.execPath(), [first!, `--preload=${PRELOAD}`, ...rest], {
    env: { GIGQ_TEST_SHIFT_MS: String(shiftMs) },
  });
  assertEquals(code, 0, err);
  return Number(out);
}

async function jobOf(store: Store, id: number): Promise<Awaited<ReturnType<Store["list"]>>[number]> {
  const [job] = await store.list({ ids: [id] });
  return job!;
}

for (const backend of SERVERS) {
  Deno.test({
    name:
      `${backend.name}: delays, retries, expiry, unique windows and leases are those of one clock, whatever clocks say`,
    ignore: !backend.available,
    fn: async () => {
      await withDatabase(async ({ db, ledger }) => {
        const workers = ([["east", SHIFT_MS], ["west", -SHIFT_MS]] as const).map(([host, shiftMs]) =>
          new WorkerProcess({
            ...{ db, ledger, host, shiftMs, mode: "run", untilTold: true, concurrency: 1 },
            ...{ leaseMs: LEASE_MS, heartbeatMs: HEARTBEAT_MS },
          })
        );
        const ends = Promise.all(workers.map((worker) => worker.ended()));
        // A failure of the test comes first.
        ends.catch(() => {});
        await withStore(db, async (store) => {
          const gate = `${ledger}.gate`;
          const work = `while [ ! -e '${gate}' ]; do sleep 0.05; done`;
          const held = await submit(store, ledger, [command(ledger, work), command(ledger, work)]);
          const isRunning = async (): Promise<boolean> => await store.count({ statuses: ["running"] }) === 2;
          await until(isRunning, "each worker has a job");
          const [ahead, behind] = await Promise.all([SHIFT_MS, -SHIFT_MS].map(async (shiftMs) => ({
            delayed: await submitFrom(shiftMs, db, "--delay", "1s", "--", "true"),
            failing: await submitFrom(
              shiftMs,
              db,
              "--retry",
              "1",
              "--backoff",
              "fixed:1s",
              "--jitter",
              "none",
              "--",
              "false",
            ),
            lasting: await submitFrom(shiftMs, db, "--expires", WINDOW, "--", "true"),
            expiring: await submitFrom(shiftMs, db, "--expires", "10ms", "--", "true"),
          })));
          const window = ["--unique", "one", "--unique-for", WINDOW, "--", "true"];
          const first = await submitFrom(SHIFT_MS, db, ...window);
          assertEquals(await submitFrom(-SHIFT_MS, db, ...window), first);
          // Nobody has taken what the other one holds, though that one's clock says that its lease is over.
          const attempts = async (id: number): Promise<readonly string[]> =>
            (await store.attempts(id)).map(({ outcome }) => outcome);
          for (const id of held) assertEquals(await attempts(id), ["running"]);
          await Deno.writeTextFile(gate, "");
          const isDone = async (): Promise<boolean> =>
            await store.count({ statuses: ["completed", "failed"] }) === await store.count({});
          await until(isDone, "all jobs are final");
          for (const id of held) assertEquals(await attempts(id), ["completed"]);
          for (const { delayed, failing, lasting, expiring } of [ahead!, behind!]) {
            const late = await jobOf(store, delayed);
            const begun = (await store.attempts(delayed))[0]!.startedAt;
            assertNear(begun - late.createdAt, 1_000, "a delay");
            const [one, two] = await store.attempts(failing);
            assertNear(two!.startedAt - one!.finishedAt!, 1_000, "a retry");
            assertEquals((await jobOf(store, lasting)).status, "completed");
            assertEquals((await jobOf(store, expiring)).reason, "expired");
          }
        });
        for (const worker of workers) await worker.open();
        for (const { code } of await ends) assertEquals(code, 0);
      }, backend);
    },
  });
}

/** As long as it should be, and not off by what clocks are off. */
function assertNear(ms: number, wantedMs: number, what: string): void {
  assert(
    ms >= wantedMs - ROUND_TRIP_MS && ms < wantedMs + SHIFT_MS,
    `${what} of ${wantedMs} ms took ${ms} ms`,
  );
}

/** Runs what follows on a machine of this name, as far as names go. */
function onHost(name: string): readonly string[] {
  return ["unshare", "--uts", "sh", "-c", `hostname ${name} && exec "$0" "$@"`];
}

async function mayNameHosts(): Promise<boolean> {
  if (Deno.build.os !== "linux") return false;
  const [program, ...args] = onHost("west");
  return await run(program!, [...args, "hostname"]).then(({ out }) => out === "west\n", () => false);
}

const MAY_NAME_HOSTS = await mayNameHosts();

for (const backend of SERVERS) {
  Deno.test({
    name:
      `${backend.name}: the jobs of a host that died go on elsewhere when their leases end, and its processes are left alone`,
    ignore: !backend.available || !MAY_NAME_HOSTS,
    fn: async () => {
      await withDatabase(async ({ db, ledger }) => {
        const on = (host: string): WorkerProcess =>
          new WorkerProcess(
            {
              ...{ db, ledger, mode: "run", untilTold: true, concurrency: 4 },
              ...{ leaseMs: SHORT_LEASE_MS, heartbeatMs: SHORT_LEASE_MS / 5 },
            },
            undefined,
            { via: onHost(host) },
          );
        const west = on("west");
        const pids = `${ledger}.pids`;
        // The first attempt stays for as long as it is let; the next one does its work.
        const work = `if [ "$GIGQ_ATTEMPT" = 1 ]; then echo $$ >> '${pids}'; echo up >&2; exec sleep 600; fi`;
        const ids = await withStore(
          db,
          (store) => submit(store, ledger, [command(ledger, work), command(ledger, work), task("gate")]),
        );
        await west.until("log");
        await west.until("log");
        await west.kill();
        const orphans = (await Deno.readTextFile(pids)).trim().split("\n").map(Number);
        try {
          const east = on("east");
          await east.until("accepted");
          await until(
            () =>
              withStore(db, async (store) => await store.count({ statuses: ["completed"] }) === ids.length),
            "all jobs are completed",
          );
          // Signal 0 only asks; one that is gone throws.
          for (const pid of orphans) Deno.statSync(`/proc/${pid}`);
          await east.open();
          assertEquals((await east.ended()).code, 0);
        } finally {
          for (const pid of orphans) Deno.kill(pid, "SIGKILL");
        }
        const figures = await audit(db, ledger, { overlap: true });
        // On a busy machine, east may lose some of its own.
        assert(figures.lostAttempts >= ids.length);
        await withStore(db, async (store) => {
          for (const id of ids) {
            const hosts = (await store.attempts(id)).map(({ worker }) => worker!.split("-")[0]);
            assertEquals([...new Set(hosts)], ["west", "east"]);
          }
        });
      }, backend);
    },
  });
}
