import assert from "node:assert/strict";
import type { JobId } from "../../core/job.ts";
import type { Change } from "../../core/ports.ts";
import { type Cases, completed, FAILED, failedOf, type Kit, LEASE, T } from "./kit.ts";

const DEAD = failedOf("f", { dead: true });

async function dismiss({ store }: Kit, ...ids: readonly JobId[]): Promise<Change["result"][]> {
  return (await store.dismiss(ids)).map((change) => change.result);
}

export const deadCases: Cases = {
  "a job that fails is a dead letter when its end says so": async (kit) => {
    const [dead, plain] = await kit.add({}, {});
    await kit.end(dead!, DEAD);
    await kit.end(plain!, FAILED);
    assert.deepEqual([(await kit.get(dead!)).dead, (await kit.get(plain!)).dead], [true, false]);
  },

  "one that is tried again is none": async (kit) => {
    const id = await kit.one();
    await kit.end(id, failedOf("f", { dead: true, retryAt: T + 5 }));
    assert.equal((await kit.get(id)).dead, false);
  },

  "a lost one may be, an expired one is none": async (kit) => {
    const [lost, expired] = await kit.add({}, { expiresAt: T + 5, runAt: T + 100 });
    await kit.claim(T);
    const outcome = failedOf("f", { reason: "lost", dead: true });
    await kit.store.rescue([{ id: lost!, attempt: 1, leaseUntil: T + LEASE, outcome }], T + LEASE);
    await kit.claim(T + LEASE);
    assert.deepEqual(await kit.statuses(lost!, expired!), ["failed", "failed"]);
    assert.deepEqual([(await kit.get(lost!)).dead, (await kit.get(expired!)).dead], [true, false]);
  },

  "one whose cancel was requested is cancelled, and none": async (kit) => {
    const id = await kit.one();
    await kit.claim(T);
    await kit.cancel(id);
    await kit.finish(id, 1, DEAD);
    assert.deepEqual([await kit.status(id), (await kit.get(id)).dead], ["cancelled", false]);
  },

  "dead letters are selected, and all but them": async (kit) => {
    const ids = await kit.add({}, {}, {});
    await kit.end(ids[1]!, DEAD);
    await kit.end(ids[2]!, FAILED);
    const select = async (dead: boolean): Promise<JobId[]> =>
      (await kit.store.list({ dead })).map((job) => job.id);
    assert.deepEqual(await select(true), [ids[1]]);
    assert.deepEqual(await select(false), [ids[0], ids[2]]);
    assert.equal(await kit.store.count({ dead: true, statuses: ["failed"] }), 1);
    assert.equal(await kit.store.count({ dead: true, statuses: ["ready"] }), 0);
  },

  "dismissed, it stays failed, with all that was said of it": async (kit) => {
    const id = await kit.one();
    await kit.end(id, DEAD);
    const before = await kit.get(id);
    assert.deepEqual(await kit.store.dismiss([id]), [{ id, result: "done", status: "failed" }]);
    assert.deepEqual(await kit.get(id), { ...before, dead: false });
    assert.deepEqual(await dismiss(kit, id), ["refused"]);
  },

  "what is no dead letter is refused, what is not there is missing": async (kit) => {
    const [ready, plain, done] = await kit.add({}, {}, {});
    await kit.end(plain!, FAILED);
    await kit.end(done!, completed());
    assert.deepEqual(await dismiss(kit, ready!, plain!, done!, 9_999), [
      "refused",
      "refused",
      "refused",
      "missing",
    ]);
  },

  "a requeue takes it off; it may die again": async (kit) => {
    const id = await kit.one();
    await kit.end(id, DEAD);
    await kit.requeue(id);
    assert.equal((await kit.get(id)).dead, false);
    await kit.end(id, DEAD);
    assert.equal((await kit.get(id)).dead, true);
  },
};
