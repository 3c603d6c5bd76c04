import assert from "node:assert/strict";
import type { Checkpoint, JobId } from "../../core/job.ts";
import type { Beat } from "../../core/ports.ts";
import { type Cases, completed, FAILED, failed, type Kit, LEASE, T } from "./kit.ts";

async function save({ store }: Kit, beat: Beat, now = T): Promise<string> {
  return (await store.heartbeat([beat], LEASE, now))[0]!.state;
}

async function saved({ store }: Kit, id: JobId): Promise<Checkpoint | undefined> {
  return (await store.checkpoints([id])).get(id);
}

/** A job whose first attempt saved something and failed. */
async function interrupted(kit: Kit): Promise<JobId> {
  const id = await kit.one();
  await kit.claim(T);
  await save(kit, { id, attempt: 1, checkpoint: { at: 7 }, steps: { a: 1 } }, T + 1);
  await kit.finish(id, 1, failed(T + 10), T + 2);
  return id;
}

export const checkpointCases: Cases = {
  "the next attempt finds what the one before saved": async (kit) => {
    const id = await interrupted(kit);
    assert.deepEqual(await saved(kit, id), { value: { at: 7 }, steps: { a: 1 }, attempt: 1, at: T + 1 });
    const [again] = await kit.claim(T + 10);
    assert.equal(again!.hasCheckpoint, true);
  },

  "who saved nothing has nothing": async (kit) => {
    const [id] = await kit.add({}, {});
    const [first, second] = await kit.claim(T);
    assert.deepEqual([first!.hasCheckpoint, second!.hasCheckpoint], [false, false]);
    assert.equal(await saved(kit, id!), undefined);
    await kit.finish(id!, 1, failed(T + 10));
    assert.equal((await kit.claim(T + 10))[0]!.hasCheckpoint, false);
    assert.equal((await kit.store.checkpoints([id!, 9_999])).size, 0);
  },

  "a checkpoint takes the place of the one before, steps add up": async (kit) => {
    const id = await kit.one();
    await kit.claim(T);
    await save(kit, { id, attempt: 1, checkpoint: 1, steps: { a: 1, b: [2] } }, T + 1);
    await save(kit, { id, attempt: 1, checkpoint: "two" }, T + 2);
    await save(kit, { id, attempt: 1, steps: { b: null, "ü'": {} } }, T + 3);
    await save(kit, { id, attempt: 1 }, T + 4);
    assert.deepEqual(await saved(kit, id), {
      value: "two",
      steps: { a: 1, b: null, "ü'": {} },
      attempt: 1,
      at: T + 3,
    });
  },

  "steps alone are a checkpoint without a value": async (kit) => {
    const id = await kit.one();
    await kit.claim(T);
    await save(kit, { id, attempt: 1, steps: { a: 1 } });
    assert.deepEqual(await saved(kit, id), { value: null, steps: { a: 1 }, attempt: 1, at: T });
    await save(kit, { id, attempt: 1, checkpoint: 5 });
    await save(kit, { id, attempt: 1, checkpoint: null });
    assert.equal((await saved(kit, id))!.value, null);
  },

  "a later attempt goes on from there": async (kit) => {
    const id = await interrupted(kit);
    await kit.claim(T + 10);
    await save(kit, { id, attempt: 2, steps: { b: 2 } }, T + 11);
    assert.deepEqual(await saved(kit, id), {
      value: { at: 7 },
      steps: { a: 1, b: 2 },
      attempt: 2,
      at: T + 11,
    });
  },

  "an attempt that lost its job saves nothing": async (kit) => {
    const id = await interrupted(kit);
    assert.equal(await save(kit, { id, attempt: 1, checkpoint: "late" }), "lost");
    await kit.claim(T + 10);
    assert.equal(await save(kit, { id, attempt: 1, steps: { z: 1 } }), "lost");
    assert.deepEqual(await saved(kit, id), { value: { at: 7 }, steps: { a: 1 }, attempt: 1, at: T + 1 });
  },

  "completing a job deletes what it saved": async (kit) => {
    const [a, b, other] = [await interrupted(kit), await interrupted(kit), await interrupted(kit)];
    await kit.claim(T + 10);
    await kit.finish(a, 2, completed());
    await kit.finish(b, 2, { type: "ignored", error: null });
    assert.deepEqual([...(await kit.store.checkpoints([a, b, other])).keys()], [other]);
    await kit.requeue(a);
    assert.equal((await kit.claim(T + 10))[0]!.hasCheckpoint, false);
  },

  "a job that failed keeps it, also for a requeue, unless that starts afresh": async (kit) => {
    const [a, b] = [await interrupted(kit), await interrupted(kit)];
    await kit.claim(T + 10);
    await kit.finish(a, 2, FAILED);
    await kit.finish(b, 2, FAILED);
    await kit.store.requeue([a], T + 20);
    await kit.store.requeue([b], T + 20, { fresh: true });
    assert.deepEqual((await kit.claim(T + 20)).map((job) => job.hasCheckpoint), [true, false]);
    assert.deepEqual((await saved(kit, a))!.steps, { a: 1 });
    assert.equal(await saved(kit, b), undefined);
  },

  "removing a job deletes what it saved": async (kit) => {
    const id = await interrupted(kit);
    await kit.cancel(id);
    assert.notEqual(await saved(kit, id), undefined);
    await kit.remove(id);
    assert.equal(await saved(kit, id), undefined);
  },

  "keys that an object has by itself are keys like others": async (kit) => {
    const id = await kit.one();
    await kit.claim(T);
    const steps = JSON.parse('{"__proto__":1,"constructor":2,"7":3}');
    await save(kit, { id, attempt: 1, steps });
    const found = (await saved(kit, id))!.steps;
    assert.deepEqual(Object.entries(found).sort(), [["7", 3], ["__proto__", 1], ["constructor", 2]]);
  },
};
