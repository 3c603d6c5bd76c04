import assert from "node:assert/strict";
import type { JobId, NewJob, Status } from "../../core/job.ts";
import type { Store, StoreState, Transfer, TransferPage, TransferRecord } from "../../core/ports.ts";
import { type Cases, completed, failed, failedOf, Kit, newJob, on, T } from "./kit.ts";
import {
  added,
  advanced,
  assertStale,
  fireOf,
  newFiring,
  newSchedule,
  newState,
  stepOf,
} from "./schedules_kit.ts";
import { addRunning, changeSchedules, fill } from "./transfer_fill.ts";

const OPEN: StoreState = { type: "open" };

async function pages(
  { transfer }: Store,
  limit: number,
  from: string | null = null,
): Promise<TransferPage[]> {
  const found: TransferPage[] = [];
  for (let after = from; found.length === 0 || after !== null; after = found.at(-1)!.next) {
    found.push(await transfer!.read(after, limit));
  }
  return found;
}

/** All that a store holds. */
async function all(store: Store, limit = 1_000): Promise<TransferRecord[]> {
  return (await pages(store, limit)).flatMap((page) => page.records);
}

/** A second store that is being filled from the first one. */
async function receiver(kit: Kit): Promise<Store & { readonly transfer: Transfer }> {
  const other = await kit.another() as Store & { readonly transfer: Transfer };
  const { id } = await kit.store.transfer!.identity();
  assert.ok(await other.transfer.become(OPEN, { type: "receiving", from: id, after: null }));
  return other;
}

/** A second store with all that the first one holds, open for use. */
async function moved(kit: Kit, limit = 1_000): Promise<Kit> {
  const other = await receiver(kit);
  for (const { records, next } of await pages(kit.store, limit)) await other.transfer.write(records, next);
  await open(other);
  return new Kit(other, () => kit.another());
}

async function open({ transfer }: Store): Promise<void> {
  assert.ok(await transfer!.become((await transfer!.identity()).state, OPEN));
}

/** What can be seen of a store through all other verbs. */
async function seen(store: Store): Promise<unknown> {
  const jobs = await store.list({});
  const ids = jobs.map((job) => job.id);
  const logs = [];
  const attempts = [];
  for (const job of jobs) {
    attempts.push(await store.attempts(job.id));
    for (let attempt = 1; attempt <= job.attempt; attempt++) {
      logs.push(await store.readLog(job.id, { attempt }));
    }
  }
  const [parents, children, checkpoints] = [store.parents(ids), store.children(ids), store.checkpoints(ids)];
  const [causes, runs, stats] = [store.causes({}), store.workflows({}), store.stats()];
  const rest = await Promise.all([parents, children, checkpoints, causes, runs, stats]);
  const tagged = (await store.list({ tag: "ß" })).map((job) => job.id);
  const byCause = (await store.list({ cause: 1 })).map((job) => job.id);
  const { schedules } = store;
  const recurring = [await schedules.list(), await schedules.firings({}), await schedules.due(T)];
  return [jobs, logs, attempts, ...rest, tagged, byCause, ...recurring];
}

export const transferCases: Cases = {
  "a store knows itself, and no other is the same": async ({ store, another }) => {
    const [mine, again, other] = await Promise.all(
      [store, store, await another()].map((one) => one.transfer!.identity()),
    );
    assert.deepEqual(mine, { id: mine!.id, state: OPEN });
    assert.deepEqual(again, mine);
    assert.match(mine!.id, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    assert.notEqual(other!.id, mine!.id);
  },

  "an empty store has nothing but counters": async ({ store }) => {
    assert.deepEqual(await store.transfer!.read(null, 10), {
      records: [{ type: "counters", job: 0, run: 0, cause: 0, schedule: 0 }],
      next: null,
    });
  },

  "a schedule that was removed leaves nothing but its number": async ({ store }) => {
    const schedule = await added(store, "a");
    await advanced(
      store,
      stepOf(schedule, { firings: [newFiring(schedule, T), newFiring(schedule, T + 1, "queued")] }),
    );
    await store.schedules.remove(schedule.id);
    assert.deepEqual(await all(store), [{
      type: "counters",
      job: 0,
      run: 0,
      cause: 0,
      schedule: schedule.id,
    }]);
  },

  "records come in one order, whatever the size of the pages": async (kit) => {
    await fill(kit);
    const records = await all(kit.store);
    const types = records.map((record) => record.type).filter((type, at, list) => type !== list[at - 1]);
    assert.deepEqual(types, ["counters", "queue", "run", "cause", "job", "log", "schedule", "firing"]);
    const { statuses } = await kit.store.stats();
    assert.deepEqual(Object.keys(statuses).filter((status) => statuses[status as Status] === 0), ["running"]);
    const ids = records.flatMap((record) => record.type === "job" ? record.job.id : []);
    assert.deepEqual(ids, ids.toSorted((a, b) => a - b));
    assert.deepEqual(ids, (await kit.store.list({})).map((job) => job.id));
    for (const limit of [1, 2, 7]) {
      assert.deepEqual(await all(kit.store, limit), records);
    }
  },

  "what is written is what was read": async (kit) => {
    await fill(kit);
    const records = await all(kit.store);
    for (const limit of [1_000, 3]) {
      const other = await moved(kit, limit);
      assert.deepEqual(await all(other.store), records);
      assert.deepEqual(await seen(other.store), await seen(kit.store));
    }
  },

  "a running job arrives as ready, without its running attempt": async (kit) => {
    const id = await addRunning(kit);
    const before = await kit.get(id);
    const other = await moved(kit);
    const job = await other.get(id);
    assert.deepEqual(job, { ...before, status: "ready", cancelRequested: false });
    assert.deepEqual((await other.store.attempts(id)).map((attempt) => attempt.number), [1]);
    assert.deepEqual(await other.store.leases({ expiredBy: Infinity }), []);
    assert.equal((await other.store.readLog(id)).length, 1);
    assert.equal(await kit.status(id), "running");
    const [claimed] = await other.claim(T + 30, { queues: ["running"] });
    assert.deepEqual([claimed!.id, claimed!.attempt, claimed!.hasCheckpoint], [id, 3, true]);
  },

  "ids go on after the highest that was given, not the highest that is left": async (kit) => {
    await fill(kit);
    const [counters] = await all(kit.store);
    assert.ok(counters?.type === "counters");
    const other = await moved(kit);
    const { jobs, workflow } = await other.store.enqueue({
      jobs: [],
      workflow: { name: "next", key: null, params: {} },
    }, T);
    assert.deepEqual([jobs, workflow], [[], counters.run + 1]);
    const id = await other.one({ queue: "next" });
    assert.equal(id, counters.job + 1);
    await other.claim(T, { queues: ["next"] });
    await other.finish(id, 1, failedOf("never seen before"));
    assert.equal((await other.get(id)).cause, counters.cause + 1);
    assert.equal((await added(other.store, "next")).id, counters.schedule + 1);
  },

  "a page that is written again changes nothing": async (kit) => {
    await fill(kit);
    const other = await receiver(kit);
    const read = await pages(kit.store, 5);
    for (const page of read) {
      for (let time = 0; time < 2; time++) await other.transfer.write(page.records, page.next);
    }
    for (const page of read) await other.transfer.write(page.records, page.next);
    assert.deepEqual(await all(other), await all(kit.store));
    await open(other);
    assert.deepEqual(await seen(other), await seen(kit.store));
  },

  "what has changed since it was written is replaced": async (kit) => {
    await fill(kit);
    const first = await pages(kit.store, 1);
    const waits = first.findIndex(({ records: [record] }) =>
      record?.type === "job" && record.job.canaries.length > 0
    );
    // Up to a job whose canary is still to come, and everything.
    const others = await Promise.all([receiver(kit), receiver(kit)]);
    const written = [first.slice(0, waits + 1), first];
    for (const [at, { transfer }] of others.entries()) {
      for (const page of written[at]!) await transfer.write(page.records, page.next);
    }
    const ids = (await kit.store.list({})).map((job) => job.id);
    await kit.store.cancel(ids, T + 99);
    await kit.store.requeue(ids.filter((id) => id % 2 === 0), T + 100, { fresh: true });
    await changeSchedules(kit);
    for (const other of others) {
      for (const page of await pages(kit.store, 5)) await other.transfer.write(page.records, page.next);
      assert.deepEqual(await all(other), await all(kit.store));
      await open(other);
      assert.deepEqual(await seen(other), await seen(kit.store));
    }
  },

  "the state tells how far it is, and reading goes on there": async (kit) => {
    await fill(kit);
    const other = await receiver(kit);
    const { id } = await kit.store.transfer!.identity();
    const [first, second, ...rest] = await pages(kit.store, 4);
    await other.transfer.write(first!.records, first!.next);
    await other.transfer.write(second!.records, second!.next);
    const { state } = await other.transfer.identity();
    assert.deepEqual(state, { type: "receiving", from: id, after: second!.next });
    const left = await pages(kit.store, 4, second!.next);
    assert.deepEqual(left, rest);
    for (const page of left) await other.transfer.write(page.records, page.next);
    assert.deepEqual(await all(other), await all(kit.store));
  },

  "nothing is written into a store that is not receiving": async ({ store }) => {
    const write = (): Promise<void> => store.transfer!.write([], null);
    await assert.rejects(write, { code: "config" });
    await store.transfer!.become(OPEN, { type: "sealed", to: "x" });
    await assert.rejects(write, { code: "config" });
  },

  "unique keys keep out whom they kept out": async (kit) => {
    await fill(kit);
    const keys = [["nightly 🦊", "unfinished"], ["always", "always"], ["hour", 3_600_000]] as const;
    const other = await moved(kit);
    for (const [key, scope] of keys) {
      const unique = { key, scope };
      const holder = (await kit.store.list({})).find((job) => job.uniqueKey === key)!;
      assert.equal(await other.one({ unique }, T + 60), holder.id, key);
    }
    assert.notEqual(await other.one({ unique: { key: "hour", scope: "always" } }, T + 3_600_001), undefined);
  },

  "what waited goes on: dependencies, canaries, retries, deadlines, limits": async (kit) => {
    const parent = await kit.one();
    const [next, other_] = await kit.add({ after: on("success", parent) }, { after: on("failure", parent) });
    const [held, canary] = await kit.add({ queue: "c" }, { queue: "c" });
    await kit.claim(T, { queues: ["c"] });
    for (const id of [held!, canary!]) await kit.finish(id, 1, failedOf("f", { dead: true }));
    await kit.store.requeue([held!, canary!], T, { canaries: [canary!] });
    const [retry, late, paused] = await kit.add({ queue: "r" }, { queue: "l", expiresAt: T + 5 }, {
      queue: "p",
    });
    await kit.claim(T, { queues: ["r"] });
    await kit.finish(retry!, 1, failed(T + 100));
    await kit.store.pause("p", true);
    const run = { name: "w", key: null, params: {}, maxFails: { count: 2 } };
    const limited = await kit.store.enqueue({
      jobs: ["v", "v", "w"].map((queue) => newJobOf(queue)),
      workflow: run,
    }, T);
    const [one, two, rest] = limited.jobs.map((job) => job.id) as [JobId, JobId, JobId];
    await kit.claim(T, { queues: ["v"], limit: 1 });
    await kit.finish(one, 1, failed(null));
    const there = await moved(kit);
    const claim = await there.request(T + 10, { queues: ["default", "c", "r", "l", "p", "v"] });
    assert.deepEqual(claim.jobs.map((job) => job.id), [parent, canary, two]);
    assert.deepEqual([claim.nextAt, claim.nextRetryAt], [T + 100, T + 100]);
    assert.deepEqual([await there.status(late!), (await there.get(late!)).reason], ["failed", "expired"]);
    assert.equal(await there.status(paused!), "ready");
    await there.end(canary!, completed(), T + 11);
    await there.end(parent, completed(), T + 11);
    await there.end(two, failed(null), T + 11);
    assert.deepEqual(await there.statuses(held!, next!, other_!, rest), [
      "ready",
      "ready",
      "skipped",
      "cancelled",
    ]);
    assert.equal((await there.store.workflows({}))[0]!.haltedAt, T + 11);
    assert.deepEqual(await there.claimIds(T + 100, { queues: ["r"] }), [retry]);
  },

  "schedules go on: what is open, what has fired, what is due next": async (kit) => {
    const schedule = await added(kit.store, "a", { nextAt: T });
    const fired = await advanced(kit.store, { ...fireOf(schedule, T), state: newState({ nextAt: T + 60 }) });
    const queued = newFiring(schedule, T + 1, "queued");
    const { schedule: last } = await advanced(kit.store, stepOf(fired.schedule, { firings: [queued] }));
    const there = await moved(kit);
    const started = newFiring(schedule, T, "started", { startedAt: T, job: fired.jobs[0]! });
    const open = [{ ...started, jobs: { ready: 1 } }, { ...queued, jobs: {} }];
    assert.deepEqual(await there.store.schedules.due(T + 9), {
      schedules: [{ schedule: last, open, queued: 1 }],
      nextAt: T + 60,
    });
    assert.equal(await there.store.schedules.add(newSchedule("a"), T), null);
    await assertStale(there.store, fireOf(last, T));
    await assertStale(there.store, fireOf(fired.schedule, T + 2));
    const { jobs } = await advanced(there.store, fireOf(last, T + 1));
    assert.deepEqual(await there.status(jobs[0]!), "ready");
  },

  "leases are those of the workers that claim there, whatever their names did elsewhere": async (kit) => {
    const [first] = await kit.add({}, {});
    await kit.end(first!, completed());
    await kit.store.finish([], T);
    const other = await moved(kit);
    const [claimed] = await other.claim(T + 50);
    const [lease] = await other.store.leases({ host: "box" });
    assert.deepEqual([lease!.id, lease!.worker!.id, lease!.worker!.host], [claimed!.id, "w1", "box"]);
  },
};

function newJobOf(queue: string): NewJob {
  return newJob({ queue });
}
