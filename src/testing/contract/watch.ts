import assert from "node:assert/strict";
import type { Store } from "../../core/ports.ts";
import { type Cases, completed, T } from "./kit.ts";
import { advanced, newSchedule, stepOf } from "./schedules_kit.ts";

/** Looks after every wake-up until `isTrue`, as callers do. Never ends if a wake-up is missing. */
async function until(store: Store, isTrue: () => Promise<boolean>): Promise<void> {
  const controller = new AbortController();
  for await (const _ of store.watch(controller.signal)) {
    if (await isTrue()) return controller.abort();
  }
  assert.fail("the watch ended by itself");
}

export const watchCases: Cases = {
  "a write wakes whoever watches": async ({ store, one, status, claim, finish }) => {
    const id = await one();
    const running = until(store, async () => await status(id) === "running");
    await claim(T);
    await running;
    const done = until(store, async () => await status(id) === "completed");
    await finish(id, 1, completed());
    await done;
  },

  "a new job wakes whoever watches, and so do a cancel, a requeue, a removal, a pause": async (kit) => {
    const { store } = kit;
    const wakes = async (isTrue: () => Promise<boolean>, write: () => Promise<unknown>): Promise<void> => {
      const woken = until(store, isTrue);
      await write();
      await woken;
    };
    await wakes(async () => await store.count({}) === 1, () => kit.one());
    const id = (await store.list({}))[0]!.id;
    await wakes(async () => await kit.status(id) === "cancelled", () => kit.cancel(id));
    await wakes(async () => await kit.status(id) === "ready", () => kit.requeue(id));
    await wakes(async () => (await store.stats()).queues.default!.paused, () => store.pause("default", true));
    await kit.cancel(id);
    await wakes(async () => await store.count({}) === 0, () => kit.remove(id));
  },

  "a schedule that is added, changed or removed wakes whoever watches": async ({ store }) => {
    const { schedules } = store;
    const wakes = async (write: () => Promise<unknown>): Promise<void> => {
      const ended = new AbortController();
      const watch = store.watch(ended.signal)[Symbol.asyncIterator]();
      // The first look is due at once; what comes after it is because of the write.
      await watch.next();
      const woken = watch.next();
      await write();
      assert.equal((await woken).done, false);
      ended.abort();
      await watch.return?.();
    };
    await wakes(() => schedules.add(newSchedule("a"), T));
    const [schedule] = await schedules.list();
    await wakes(() => advanced(store, stepOf(schedule!)));
    await wakes(() => schedules.remove(schedule!.id));
  },

  "progress and output wake whoever watches": async ({ store, one, claim, get }) => {
    const id = await one();
    await claim(T);
    const progressed = until(store, async () => (await get(id)).progress === 1);
    await store.heartbeat([{ id, attempt: 1, progress: 1 }], 1_000, T);
    await progressed;
    const logged = until(store, async () => (await store.readLog(id)).length === 1);
    await store.appendLog([{ id, attempt: 1, seq: 1, stream: "log", at: T, data: new Uint8Array(1) }]);
    await logged;
  },

  "everyone who watches is woken": async ({ store, one }) => {
    const isThere = async (): Promise<boolean> => await store.count({}) === 1;
    const all = Promise.all([until(store, isThere), until(store, isThere), until(store, isThere)]);
    await one();
    await all;
  },

  "a write before the first wait is not missed": async ({ store, one }) => {
    const controller = new AbortController();
    const watching = store.watch(controller.signal)[Symbol.asyncIterator]();
    await one();
    assert.equal((await watching.next()).done, false);
    controller.abort();
    assert.equal((await watching.next()).done, true);
  },

  "ends when the signal aborts": async ({ store }) => {
    const controller = new AbortController();
    const watched = (async () => {
      for await (const _ of store.watch(controller.signal)) { /* only the end counts */ }
      return "ended";
    })();
    controller.abort();
    assert.equal(await watched, "ended");
    const dead = store.watch(AbortSignal.abort())[Symbol.asyncIterator]();
    assert.equal((await dead.next()).done, true);
  },
};
