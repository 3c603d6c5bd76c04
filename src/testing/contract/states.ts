import assert from "node:assert/strict";
import type { GigqError } from "../../core/errors.ts";
import type { Store, StoreState } from "../../core/ports.ts";
import { type Cases, completed, type Kit, LEASE, newJob, NO_USAGE, on, T, workerInfo } from "./kit.ts";
import { added, fireOf, newSchedule, newState } from "./schedules_kit.ts";

const OPEN: StoreState = { type: "open" };
const SEALED: StoreState = { type: "sealed", to: "postgres://db.example/jobs" };
const MOVED: StoreState = { type: "moved", to: "postgres://db.example/jobs" };
const RECEIVING: StoreState = {
  type: "receiving",
  from: "f3b7c0c4-0000-4000-8000-000000000000",
  after: null,
};

type Verbs = Readonly<Record<string, (store: Store) => Promise<unknown>>>;

const CHANGES: Verbs = {
  enqueue: (store) => store.enqueue({ jobs: [newJob()] }, T),
  cancel: (store) => store.cancel([1], T),
  requeue: (store) => store.requeue([1], T),
  dismiss: (store) => store.dismiss([1]),
  remove: (store) => store.remove([1]),
  mute: (store) => store.mute([1], null),
  pause: (store) => store.pause("default", true),
  addSchedule: (store) => store.schedules.add(newSchedule("new"), T),
  advanceSchedule: (store) =>
    store.schedules.advance(
      fireOf({ ...newSchedule("s"), id: 1, version: 1, createdAt: T }, T),
      T,
    ),
  removeSchedule: (store) => store.schedules.remove(9),
};

/** What workers do with what they hold. */
const WORK: Verbs = {
  finish: (store) => store.finish([{ id: 1, attempt: 9, outcome: completed(), usage: NO_USAGE }], T),
  heartbeat: (store) => store.heartbeat([{ id: 1, attempt: 9 }], LEASE, T),
  rescue: (store) => store.rescue([{ id: 1, attempt: 9, leaseUntil: T, outcome: completed() }], T),
  appendLog: (store) =>
    store.appendLog([{ id: 1, attempt: 1, seq: 1, stream: "log", at: T, data: new Uint8Array(1) }]),
};

const LOOKS: Verbs = {
  leases: (store) => store.leases({ expiredBy: T }),
  list: (store) => store.list({}),
  count: (store) => store.count({}),
  attempts: (store) => store.attempts(1),
  parents: (store) => store.parents([1]),
  children: (store) => store.children([1]),
  checkpoints: (store) => store.checkpoints([1]),
  causes: (store) => store.causes({}),
  readLog: (store) => store.readLog(1),
  stats: (store) => store.stats(),
  workflows: (store) => store.workflows({}),
  schedules: (store) => store.schedules.list(),
  firings: (store) => store.schedules.firings({}),
};

const CLAIM = { worker: workerInfo("w1"), limit: 9, leaseMs: LEASE, routes: ["command"] };
const CLAIMS: Verbs = {
  claim: (store) => store.claim(CLAIM, T),
  due: (store) => store.schedules.due(T),
};

async function become({ store }: Kit, state: StoreState): Promise<void> {
  const { state: before } = await store.transfer!.identity();
  assert.ok(await store.transfer!.become(before, state));
}

async function assertRefused(store: Store, verbs: Verbs, code: string, text: RegExp): Promise<void> {
  for (const [name, verb] of Object.entries(verbs)) {
    await assert.rejects(() => verb(store), (error: GigqError) => {
      assert.equal(error.code, code, `${name}: ${error.message}`);
      assert.match(error.message, text, name);
      return true;
    }, `${name} is not refused`);
  }
}

async function assertAllowed(store: Store, verbs: Verbs): Promise<void> {
  for (const [name, verb] of Object.entries(verbs)) await assert.doesNotReject(() => verb(store), name);
}

export const stateCases: Cases = {
  "the state changes only from what it is believed to be": async ({ store }) => {
    const { transfer } = store;
    assert.equal(await transfer!.become(SEALED, OPEN), false);
    assert.equal(await transfer!.become(OPEN, SEALED), true);
    assert.equal(await transfer!.become(OPEN, MOVED), false);
    assert.deepEqual((await transfer!.identity()).state, SEALED);
    assert.equal(await transfer!.become({ type: "sealed", to: "elsewhere" }, MOVED), false);
    assert.equal(await transfer!.become(SEALED, MOVED), true);
    assert.deepEqual((await transfer!.identity()).state, MOVED);
  },

  "a store that is filled from one is not filled from another": async ({ store }) => {
    const { transfer } = store;
    await transfer!.become(OPEN, RECEIVING);
    const other: StoreState = { ...RECEIVING, from: "other" } as StoreState;
    assert.equal(await transfer!.become(other, OPEN), false);
    assert.equal(await transfer!.become({ ...RECEIVING, after: "x" } as StoreState, RECEIVING), true);
  },

  "sealed: what adds or changes jobs is busy, naming where they go; everybody may look": async (kit) => {
    await kit.one();
    const schedule = await added(kit.store, "s", { nextAt: T });
    await become(kit, SEALED);
    await assertRefused(kit.store, CHANGES, "busy", /moved to postgres:\/\/db\.example\/jobs/);
    await assertAllowed(kit.store, { ...CLAIMS, ...WORK, ...LOOKS });
    assert.equal(await kit.store.count({}), 1);
    assert.deepEqual(await kit.store.schedules.list(), [schedule]);
    assert.deepEqual(await kit.store.schedules.firings({}), []);
  },

  "what is refused takes no ids: a move compares the last ones": async (kit) => {
    const counters = async (): Promise<unknown> => (await kit.store.transfer!.read(null, 1)).records;
    const workflow = { name: "w", key: null, params: {} };
    await kit.one();
    const before = await counters();
    for (const state of [RECEIVING, SEALED, MOVED]) {
      await become(kit, state);
      const jobs = [newJob()];
      await assert.rejects(() => kit.store.enqueue({ jobs }, T));
      await assert.rejects(() => kit.store.enqueue({ jobs: [newJob({ tags: ["t"] })] }, T));
      await assert.rejects(() => kit.store.enqueue({ jobs, workflow }, T));
      await assert.rejects(() => kit.store.schedules.add(newSchedule("s"), T));
      assert.deepEqual(await counters(), before, state.type);
    }
  },

  "sealed: claims give nothing and change nothing": async (kit) => {
    await kit.add({}, { runAt: T + 5 }, { expiresAt: T + 5 });
    await become(kit, SEALED);
    assert.deepEqual(await kit.request(T + 10), { jobs: [], nextAt: null, nextRetryAt: null });
    assert.deepEqual(await kit.statuses(1, 2, 3), ["ready", "scheduled", "ready"]);
    await become(kit, OPEN);
    assert.deepEqual(await kit.claimIds(T + 10), [1, 2]);
    assert.equal(await kit.status(3), "failed");
  },

  "sealed: no schedule is due": async (kit) => {
    const { schedules } = kit.store;
    const schedule = await added(kit.store, "a", { nextAt: T });
    await schedules.advance({ ...fireOf(schedule, T), state: newState({ nextAt: T + 5 }) }, T);
    await added(kit.store, "b", { nextAt: T });
    await become(kit, SEALED);
    assert.deepEqual(await schedules.due(T), { schedules: [], nextAt: null });
    await become(kit, OPEN);
    const due = await schedules.due(T);
    assert.deepEqual([due.schedules.length, due.nextAt], [2, T + 5]);
  },

  "sealed: what runs may beat, log, finish and be rescued, with all that follows": async (kit) => {
    const { store } = kit;
    const [first, second] = await kit.add({ queue: "a" }, { queue: "a" });
    const next = await kit.one({ after: on("success", first!) });
    await kit.claim(T, { queues: ["a"] });
    await become(kit, SEALED);
    assert.deepEqual(await store.heartbeat([{ id: first!, attempt: 1, progress: 1 }], LEASE, T + 1), [
      { id: first, state: "held" },
    ]);
    await store.appendLog([
      { id: first!, attempt: 1, seq: 1, stream: "log", at: T, data: new Uint8Array([7]) },
    ]);
    assert.equal((await store.readLog(first!)).length, 1);
    assert.ok((await kit.finish(first!, 1, completed(), T + 2)).accepted);
    assert.equal(await kit.status(next), "ready");
    const follow = [newJob({ name: "alert" })];
    const outcome = { type: "failed", reason: "lost", error: null, retryAt: null, follow } as const;
    const rescue = { id: second!, attempt: 1, leaseUntil: T + LEASE, outcome };
    assert.deepEqual(await store.rescue([rescue], T + LEASE), [second]);
    assert.equal((await store.list({ name: "alert" })).length, 1);
  },

  "moved: everything is refused, naming the place": async (kit) => {
    await kit.one();
    await become(kit, SEALED);
    await become(kit, MOVED);
    const verbs = { ...CHANGES, ...CLAIMS, ...WORK, ...LOOKS };
    await assertRefused(kit.store, verbs, "config", /moved to postgres:\/\/db\.example\/jobs/);
    assert.ok((await kit.store.transfer!.read(null, 10)).records.length > 0);
  },

  "receiving: everything is busy": async (kit) => {
    await become(kit, RECEIVING);
    const verbs = { ...CHANGES, ...CLAIMS, ...WORK, ...LOOKS };
    await assertRefused(kit.store, verbs, "busy", /being filled/);
    await become(kit, OPEN);
    await assertAllowed(kit.store, { ...CHANGES, ...CLAIMS, ...LOOKS });
  },

  "whoever watches wakes when the state changes": async (kit) => {
    const ended = new AbortController();
    const watch = kit.store.watch(ended.signal)[Symbol.asyncIterator]();
    await watch.next();
    const woken = watch.next();
    await become(kit, SEALED);
    assert.deepEqual(await woken, { done: false, value: undefined });
    ended.abort();
    await watch.return?.();
  },
};
