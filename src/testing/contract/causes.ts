import assert from "node:assert/strict";
import type { Cause } from "../../core/job.ts";
import { type Cases, completed, errorOf, FAILED, failedOf, type Kit, LEASE, RELEASED, T } from "./kit.ts";

async function only({ store }: Kit): Promise<Cause> {
  const all = await store.causes({});
  assert.equal(all.length, 1);
  return all[0]!;
}

export const causeCases: Cases = {
  "a failure with a fingerprint has a cause, which the job names": async (kit) => {
    const id = await kit.one();
    await kit.end(id, failedOf("f1", { error: errorOf("f1", "no route") }), T + 5);
    const cause = await only(kit);
    assert.deepEqual(cause, {
      id: cause.id,
      fingerprint: "f1",
      class: "Error",
      message: "no route",
      count: 1,
      firstAt: T + 5,
      lastAt: T + 5,
      job: id,
      attempt: 1,
      failed: 1,
      mutedUntil: null,
    });
    const job = await kit.get(id);
    assert.deepEqual([job.cause, job.error?.fingerprint], [cause.id, "f1"]);
  },

  "further failures count, and the latest is the example": async (kit) => {
    const [a, b] = await kit.add({}, {});
    await kit.end(a!, failedOf("f", { retryAt: T + 10 }), T + 1);
    await kit.claim(T + 10);
    await kit.finish(
      a!,
      2,
      failedOf("f", { error: { class: "IoError", message: "2nd", fingerprint: "f" } }),
      T + 20,
    );
    const { count, firstAt, lastAt, job, attempt, message, failed, ...rest } = await only(kit);
    assert.deepEqual([count, firstAt, lastAt, job, attempt, failed], [2, T + 1, T + 20, a, 2, 1]);
    assert.deepEqual([message, rest.class], ["2nd", "IoError"]);
    await kit.finish(b!, 1, failedOf("f"), T + 30);
    assert.deepEqual([(await only(kit)).count, (await only(kit)).job, (await only(kit)).failed], [3, b, 2]);
  },

  "many failures of one batch are counted each": async (kit) => {
    const ids = await kit.add({}, {}, {});
    await kit.claim(T);
    const usage = { wallMs: null, cpuMs: null, maxRssBytes: null, exitCode: null, signal: null };
    const finishes = ids.map((id, at) => ({
      id,
      attempt: 1,
      outcome: failedOf(at === 1 ? "b" : "a"),
      usage,
    }));
    await kit.store.finish(finishes, T + 1);
    const all = await kit.store.causes({});
    const seen = all.map((cause) => [cause.fingerprint, cause.count, cause.job]);
    assert.deepEqual(seen.sort(), [["a", 2, ids[2]], ["b", 1, ids[1]]]);
  },

  "ignored, snoozed and lost attempts count, too": async (kit) => {
    const [ignored, snoozed, lost] = await kit.add({}, {}, {});
    await kit.claim(T);
    await kit.finish(ignored!, 1, { type: "ignored", error: errorOf("f") });
    await kit.finish(snoozed!, 1, { type: "snoozed", error: errorOf("f"), runAt: T + 10 });
    await kit.store.rescue([{
      id: lost!,
      attempt: 1,
      leaseUntil: T + LEASE,
      outcome: failedOf("f", { reason: "lost" }),
    }], T + LEASE);
    const { id, count, failed } = await only(kit);
    assert.deepEqual([count, failed], [3, 1]);
    for (const job of [ignored!, snoozed!, lost!]) assert.equal((await kit.get(job)).cause, id);
  },

  "a failure without a fingerprint has no cause, and takes the place of one that had": async (kit) => {
    const id = await kit.one();
    await kit.end(id, failedOf("f", { retryAt: T }));
    assert.notEqual((await kit.get(id)).cause, null);
    await kit.end(id, FAILED);
    assert.equal((await kit.get(id)).cause, null);
    assert.deepEqual([(await only(kit)).count, (await only(kit)).failed], [1, 0]);
  },

  "who is released or completes keeps the cause of the failure before": async (kit) => {
    const id = await kit.one();
    await kit.end(id, failedOf("f", { retryAt: T }));
    await kit.end(id, RELEASED);
    const { id: cause } = await only(kit);
    assert.equal((await kit.get(id)).cause, cause);
    await kit.end(id, completed());
    assert.equal((await kit.get(id)).cause, cause);
    assert.equal((await only(kit)).failed, 0);
  },

  "a requeue clears the cause of the job, not what was counted": async (kit) => {
    const id = await kit.one();
    await kit.end(id, failedOf("f"));
    await kit.requeue(id);
    assert.equal((await kit.get(id)).cause, null);
    assert.deepEqual([(await only(kit)).count, (await only(kit)).failed], [1, 0]);
  },

  "a cause outlives its jobs": async (kit) => {
    const id = await kit.one();
    await kit.end(id, failedOf("f"));
    await kit.remove(id);
    assert.deepEqual([(await only(kit)).count, (await only(kit)).failed, (await only(kit)).job], [1, 0, id]);
  },

  "causes by id, by fingerprint, by time, at most so many, the one seen last first": async (kit) => {
    const ids = await kit.add({}, {}, {});
    for (const [at, id] of ids.entries()) await kit.end(id, failedOf(`f${at}`), T + at);
    const prints = async (filter: Parameters<typeof kit.store.causes>[0]): Promise<string[]> =>
      (await kit.store.causes(filter)).map((cause) => cause.fingerprint);
    const [last] = await kit.store.causes({ limit: 1 });
    assert.deepEqual(await prints({}), ["f2", "f1", "f0"]);
    assert.deepEqual(await prints({ limit: 2 }), ["f2", "f1"]);
    assert.deepEqual(await prints({ ids: [last!.id, 9_999] }), ["f2"]);
    assert.deepEqual(await prints({ ids: [] }), []);
    assert.deepEqual(await prints({ fingerprint: "f1" }), ["f1"]);
    assert.deepEqual(await prints({ fingerprint: "f1", since: T + 2 }), []);
    assert.deepEqual(await prints({ since: T + 1 }), ["f2", "f1"]);
  },

  "jobs are selected by their cause, whatever became of them": async (kit) => {
    const [a, b, c] = await kit.add({}, {}, {});
    await kit.end(a!, failedOf("f"));
    await kit.end(b!, failedOf("f", { retryAt: T + 10 }));
    await kit.end(c!, failedOf("other"));
    const [cause] = await kit.store.causes({ fingerprint: "f" });
    const select = async (more: object): Promise<number[]> =>
      (await kit.store.list({ cause: cause!.id, ...more })).map((job) => job.id);
    assert.deepEqual(await select({}), [a, b]);
    assert.deepEqual(await select({ statuses: ["failed"] }), [a]);
    assert.equal(await kit.store.count({ cause: cause!.id }), 2);
    assert.equal(await kit.store.count({ cause: 9_999 }), 0);
  },

  "muted until a time, for ever, and not any more": async (kit) => {
    await kit.end(await kit.one(), failedOf("f"));
    const { id } = await only(kit);
    for (const until of [T + 100, Infinity, null]) {
      assert.deepEqual(await kit.store.mute([id, 9_999], until), [id]);
      assert.equal((await only(kit)).mutedUntil, until);
    }
  },

  "a failure of a muted cause counts, and leaves it muted": async (kit) => {
    const [a, b] = await kit.add({}, {});
    await kit.end(a!, failedOf("f"));
    await kit.store.mute([(await only(kit)).id], Infinity);
    await kit.end(b!, failedOf("f"));
    assert.deepEqual([(await only(kit)).count, (await only(kit)).mutedUntil], [2, Infinity]);
  },
};
