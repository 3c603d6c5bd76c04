/**
 * What a power cut may cost with `appendfsync everysec`: the last moments of the file of changes. That cannot be had
 * here; a file that is cut off is the same. `kill -9` alone costs nothing: what was written, the system keeps.
 */

import { assert, assertEquals } from "@std/assert";
import type { NewJob } from "../../src/core/job.ts";
import type { ClaimedJob, WorkerInfo } from "../../src/core/ports.ts";
import { checkStore } from "../../src/store/check.ts";
import { T } from "../../src/testing/contract/kit.ts";
import { added, advanced, assertStale, fireOf, newState } from "../../src/testing/contract/schedules_kit.ts";
import { submit } from "../crash/feed.ts";
import { drain, withDatabase, withStore, WorkerProcess } from "../crash/harness.ts";
import { task } from "../crash/jobs.ts";
import { seeded } from "../crash/seed.ts";
import { size, tell } from "../crash/sizes.ts";
import { KINDS, privateRedis, type RedisServer } from "./servers.ts";

const CUTS = size("power-cuts", 3, 40);
const BEFORE = 40;
const AFTER = 20;
const REDIS = KINDS[1]!;

/** The file of changes. */
function changesOf({ folder }: RedisServer): string {
  return `${folder}/appendonlydir/appendonly.aof.1.incr.aof`;
}

/**
 * How much of the file no power cut takes. A server that syncs every second answers before it has written where the last
 * sync still goes on: up to here this one syncs always.
 */
async function safeSizeOf(server: RedisServer): Promise<number> {
  const { size } = await Deno.stat(changesOf(server));
  await server.call("CONFIG", "SET", "appendfsync", "everysec");
  return size;
}

function notes(count: number): readonly NewJob[] {
  return Array.from({ length: count }, () => task("note"));
}

/** What the doctor finds wrong, other than that power cuts may cost something. */
async function problems(db: string): Promise<readonly string[]> {
  const found: string[] = [];
  for await (
    const { check, verdict, message } of checkStore(db, { fix: false, quick: false, now: Date.now() })
  ) {
    if (verdict !== "ok" && check !== "persistence") found.push(`${check}: ${message}`);
  }
  return found;
}

Deno.test({
  name: `redis loses the last moments to ${CUTS} power cuts: what is left is whole, and is worked off`,
  ignore: privateRedis === null,
  fn: async () => {
    const chance = seeded("power cuts");
    let [lost, kept] = [0, 0];
    for (let cut = 0; cut < CUTS; cut++) {
      await withDatabase(async ({ ledger }) => {
        await using server = await privateRedis!();
        const db = REDIS.locate(server.url);
        const file = changesOf(server);
        const ids = await withStore(db, async (store) => {
          return await submit(store, ledger, notes(BEFORE));
        });
        const safe = await safeSizeOf(server);
        const worker = new WorkerProcess({ db, ledger, mode: "run", concurrency: 4 });
        for (let line = chance.below(BEFORE); line > 0; line--) await worker.line();
        const later = await withStore(db, (store) => submit(store, ledger, notes(AFTER)));
        await worker.kill();
        await server.kill();
        const { size: all } = await Deno.stat(file);
        await Deno.truncate(file, safe + chance.below(all - safe + 1));
        await server.start();
        // New jobs may get the numbers of those that were lost.
        await withStore(db, (store) => submit(store, ledger, notes(AFTER)));
        await drain({ db, ledger });
        await withStore(db, async (store) => {
          const jobs = await store.list({});
          assertEquals(
            jobs.filter(({ status }) => status !== "completed").map(({ id, status }) => `${id} ${status}`),
            [],
          );
          const there = new Set(jobs.map(({ id }) => id));
          assertEquals(ids.filter((id) => !there.has(id)), [], "jobs that were safe are gone");
          kept += jobs.length;
          lost += ids.length + later.length + AFTER - jobs.length;
        });
        assertEquals(await problems(db), []);
      });
    }
    tell("power cuts redis", { cuts: CUTS, kept, lost, seed: chance.seed });
  },
});

const USAGE = { wallMs: null, cpuMs: null, maxRssBytes: null, exitCode: null, signal: null };

function workerOn(host: string): WorkerInfo {
  return { id: host, host, boot: null, pid: 1, pidStart: null };
}

Deno.test({
  name: "a worker that outlives a power cut of redis ends no job but its own, though jobs were lost",
  ignore: privateRedis === null,
  fn: async () => {
    await using server = await privateRedis!();
    const db = REDIS.locate(server.url);
    await withStore(db, async (old) => {
      const safe = await safeSizeOf(server);
      const request = { limit: 1, leaseMs: 30_000, routes: ["function:note"] };
      await old.enqueue({ jobs: notes(1) }, 1);
      const [held] = (await old.claim({ ...request, worker: workerOn("east") }, 1)).jobs;
      await server.kill();
      await Deno.truncate(changesOf(server), safe);
      await server.start();
      await withStore(db, async (young) => {
        await young.enqueue({ jobs: notes(1) }, 2);
        const [taken] = (await young.claim({ ...request, worker: workerOn("west") }, 2)).jobs;
        const end = async ({ id, attempt }: ClaimedJob): Promise<unknown> => {
          const outcome = { type: "completed", result: null } as const;
          return await old.finish([{ id, attempt, outcome, usage: USAGE }], 3);
        };
        assertEquals(await end(held!), [{ id: held!.id, accepted: false, status: null }]);
        assertEquals(await end(taken!), [{ id: taken!.id, accepted: true, status: "completed" }]);
      });
    });
  },
});

Deno.test({
  name: "a slot that a power cut of redis took back fires again; who saw it fire changes nothing any more",
  ignore: privateRedis === null,
  fn: async () => {
    await using server = await privateRedis!();
    const db = REDIS.locate(server.url);
    await withStore(db, async (old) => {
      const schedule = await added(old, "nightly", { nextAt: T });
      const safe = await safeSizeOf(server);
      const lost = await advanced(old, { ...fireOf(schedule, T), state: newState({ nextAt: T + 60 }) });
      const later = await added(old, "later");
      await server.kill();
      await Deno.truncate(changesOf(server), safe);
      await server.start();
      await withStore(db, async (young) => {
        const [due, ...rest] = (await young.schedules.due(T)).schedules;
        assertEquals([due!.schedule.name, due!.open, rest], ["nightly", [], []]);
        await assertStale(old, fireOf(lost.schedule, T + 60));
        await assertStale(old, fireOf(schedule, T));
        const fired = await advanced(young, fireOf(due!.schedule, T));
        const other = await added(young, "other");
        assert(fired.jobs[0]! > lost.jobs[0]! && other.id > later.id, "a number was given twice");
        assertEquals(await old.schedules.remove(later.id), false);
      });
    });
  },
});
