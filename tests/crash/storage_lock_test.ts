import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { BusyError } from "../../src/core/errors.ts";
import type { JobId } from "../../src/core/job.ts";
import { JobQueue } from "../../src/library/queue.ts";
import { task } from "../../src/library/task.ts";
import { Worker } from "../../src/library/worker.ts";
import { Connection } from "../../src/store/sqlite/connection.ts";
import type { Driver } from "../../src/store/sqlite/driver.ts";
import { builtin } from "../../src/store/sqlite/drivers/builtin.ts";
import { BUSY_MS, openSqlite } from "../../src/store/sqlite/open.ts";
import { SqliteStore } from "../../src/store/sqlite/store.ts";
import { Listener } from "../cli/harness.ts";
import { report, size } from "./sizes.ts";
import { denoArgs, gigqProcess, inFolder } from "./storage_kit.ts";

const HOLDER = new URL("./storage_lock_holder.ts", import.meta.url).href;
/** How long another process keeps the lock: part of the fault. */
const HELD_MS = size("lock_ms", 1_000, 10_000);
/** One-shot commands give up after half a minute: too long for the quick form. */
const TRY_COMMAND = size("lock_command", 0, 1) === 1;
const COMMAND_MS = 40_000;
const HEARTBEAT_MS = 100;
/** Tries in vain that are waited for. */
const TRIES = 5;
/** What a wait for a lock may cost the event loop. */
const MAX_LAG_MS = 100;
/** A machine that is busy may be so many times slower. */
const BUSY = 10;
const DEADLINE_MS = 50;

/** A try to get the lock that was in vain. */
interface Try {
  readonly blockedMs: number;
  /** Turns of the event loop until then. */
  readonly turn: number;
}

/**
 * Another process holds the write lock while the action runs, or until that tells it to let go, and for so long at least.
 * Resolves when it has let go.
 */
async function whileLocked<T>(
  db: string,
  ms: number,
  action: (letGo: () => Promise<void>) => Promise<T>,
): Promise<T> {
  const child = new Deno.Command(Deno.execPath(), {
    args: denoArgs(HOLDER, db, String(ms)),
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  let told: Promise<void> | null = null;
  const letGo = (): Promise<void> => told ??= child.stdin.close();
  const lines = new Listener(child.stdout);
  await lines.until("held\n");
  const result = await action(letGo).finally(letGo);
  await lines.until("released\n");
  await lines.end();
  assertEquals((await child.status).code, 0);
  return result;
}

/** Counts turns of the event loop and measures the longest one. */
class Turns {
  count = 0;
  longestMs = 0;
  #last = performance.now();
  #timer: ReturnType<typeof setTimeout> | undefined;

  start(): void {
    this.#last = performance.now();
    const tick = (): void => {
      const now = performance.now();
      this.longestMs = Math.max(this.longestMs, now - this.#last);
      this.#last = now;
      this.count++;
      this.#timer = setTimeout(tick, 1);
    };
    tick();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}

/** Notes every try to begin a write that failed: how long SQLite kept the event loop waiting. */
function watching(driver: Driver, turns: Turns, tries: Try[], enough: () => void): Driver {
  return {
    name: driver.name,
    version: driver.version,
    close: () => driver.close(),
    exec: (sql) => driver.exec(sql),
    prepare: (sql) => {
      const statement = driver.prepare(sql);
      if (sql !== "BEGIN IMMEDIATE") return statement;
      return {
        get: (...params) => statement.get(...params),
        all: (...params) => statement.all(...params),
        run: (...params) => {
          const start = performance.now();
          try {
            statement.run(...params);
          } catch (error) {
            tries.push({ blockedMs: performance.now() - start, turn: turns.count });
            if (tries.length >= TRIES) enough();
            throw error;
          }
        },
      };
    },
  };
}

Deno.test(`lock: while another process holds it for ${HELD_MS} ms the event loop turns, and nothing is lost`, () =>
  inFolder(async (folder) => {
    const db = `${folder}/jobs.db`;
    await (await openSqlite(db, { driver: "builtin" })).close();
    const turns = new Turns();
    const tries: Try[] = [];
    const enough = Promise.withResolvers<void>();
    const driver = watching(builtin.open(db, { busyMs: BUSY_MS }), turns, tries, enough.resolve);
    const connection = new Connection(driver);
    await using queue = JobQueue.over(new SqliteStore(connection, db, 30_000, () => {}), db);
    const begun = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<void>();
    const hold = task("hold", async (_: null) => {
      begun.resolve();
      await gate.promise;
      return "done";
    });
    const id = await queue.submit(hold(null));
    const warnings: string[] = [];
    const worker = new Worker(queue, {
      tasks: [hold],
      heartbeat: HEARTBEAT_MS,
      onEvent: (event) => event.type === "warning" && warnings.push(event.message),
    });
    const working = worker.drain();
    await begun.promise;
    const before = await leaseOf(queue, id);
    const submitted: JobId = await whileLocked(db, HELD_MS, async (letGo) => {
      turns.start();
      const pending = queue.submit(hold(null));
      // Whoever only looks is not kept waiting.
      assertEquals(await queue.count(), 1);
      await Promise.race([enough.promise, pending]);
      await letGo();
      return await pending;
    });
    turns.stop();
    const inVain = tries.splice(0);
    for await (const _ of queue.store.watch(AbortSignal.timeout(600_000))) {
      if (await leaseOf(queue, id) > before) break;
    }
    gate.resolve();
    const { completed, lost } = await working;
    assertEquals([completed, lost, warnings], [2, 0, []]);
    for (const job of await queue.list({ ids: [id, submitted] })) {
      assertEquals([job.status, job.attempt, job.failures], ["completed", 1, 0]);
    }
    check(inVain, turns);
  }));

async function leaseOf(queue: JobQueue, id: JobId): Promise<number> {
  const leases = await queue.store.leases({ expiredBy: Number.MAX_SAFE_INTEGER });
  return leases.find((lease) => lease.id === id)!.leaseUntil;
}

/** Figures of a busy machine vary; what must hold on any is that no two tries share a turn, and each is short. */
function check(tries: readonly Try[], turns: Turns): void {
  assert(tries.length >= TRIES, `only ${tries.length} tries were in vain`);
  for (const [index, { turn }] of tries.slice(1).entries()) {
    assert(turn > tries[index]!.turn, "two tries without a turn of the event loop between them");
  }
  const blocked = tries.map(({ blockedMs }) => blockedMs).sort((a, b) => a - b);
  const median = blocked[Math.floor(blocked.length / 2)]!;
  report(
    `lock: held ${HELD_MS} ms, ${tries.length} tries in vain, each blocked the event loop for ${
      median.toFixed(1)
    } ms (median) and ${blocked.at(-1)!.toFixed(1)} ms (longest); ${turns.count} turns, the longest ${
      turns.longestMs.toFixed(1)
    } ms`,
  );
  assert(BUSY_MS < MAX_LAG_MS && median < BUSY * MAX_LAG_MS, `the event loop stood still for ${median} ms`);
}

Deno.test("lock: one that lasts beyond the deadline ends in a clear error with exit code 75, and nothing is stored", () =>
  inFolder(async (folder) => {
    const db = `${folder}/jobs.db`;
    await (await openSqlite(db, { driver: "builtin" })).close();
    await using queue = await JobQueue.open(db, { driver: "builtin", busyTimeoutMs: DEADLINE_MS });
    const hold = task("hold", (_: null) => null);
    await whileLocked(db, HELD_MS, async () => {
      const error = await assertRejects(
        () => queue.submit(hold(null)),
        BusyError,
        "is locked by another process",
      );
      assertEquals(error.exitCode, 75);
      assertStringIncludes(error.hint!, "Try again");
      // Commands that only look are served meanwhile.
      assertEquals((await gigqProcess(["stats", "--json", "--db", db])).code, 0);
    });
    assertEquals(await queue.count(), 0);
    assertEquals(await queue.submit(hold(null)), 1);
  }));

Deno.test({
  name: "lock: gigq submit waits for half a minute, then ends with 75 in one line",
  ignore: !TRY_COMMAND,
  fn: () =>
    inFolder(async (folder) => {
      const db = `${folder}/jobs.db`;
      await (await openSqlite(db, { driver: "builtin" })).close();
      await whileLocked(db, COMMAND_MS, async () => {
        const { code, out, err } = await gigqProcess(["submit", "--db", db, "--", "true"]);
        assertEquals([code, out], [75, ""]);
        assertStringIncludes(err, "is locked by another process; try again");
        assertEquals(err.trim().split("\n").length, 1);
      });
    }),
});
