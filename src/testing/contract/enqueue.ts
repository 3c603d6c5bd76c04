import assert from "node:assert/strict";
import { NotFoundError } from "../../core/errors.ts";
import { type Cases, completed, newJob, on, POLICY, T } from "./kit.ts";

export const enqueueCases: Cases = {
  "a job comes back as it was given": async ({ store, one, get }) => {
    const parts = {
      kind: "http",
      payload: { url: "https://example.org", nested: { list: [1, "two", null, true] } },
      name: "fetch",
      queue: "net",
      priority: -7,
      tags: ["a", "b"],
      expiresAt: T + 5_000,
      unique: { key: "k", scope: "always" },
    } as const;
    const id = await one(parts);
    assert.deepEqual(await get(id), {
      id,
      name: "fetch",
      queue: "net",
      kind: "http",
      status: "ready",
      reason: null,
      priority: -7,
      tags: ["a", "b"],
      attempt: 0,
      failures: 0,
      maxAttempts: POLICY.maxAttempts,
      payload: parts.payload,
      policy: POLICY,
      createdAt: T,
      dueAt: T,
      expiresAt: T + 5_000,
      startedAt: null,
      firstStartedAt: null,
      finishedAt: null,
      result: null,
      error: null,
      cause: null,
      dead: false,
      canaries: [],
      progress: null,
      dependencies: [],
      waitingOn: 0,
      workflow: null,
      step: null,
      worker: null,
      uniqueKey: "k",
      cancelRequested: false,
    });
    assert.equal(await store.count({}), 1);
  },

  "ids rise in the order of the batch, and from batch to batch": async ({ add, claimIds }) => {
    const ids = [...await add({}, {}, {}), ...await add({}, {})];
    assert.deepEqual(ids, [...ids].sort((a, b) => a - b));
    assert.equal(new Set(ids).size, 5);
    assert.ok(ids.every((id) => Number.isSafeInteger(id) && id > 0));
    assert.deepEqual(await claimIds(T), ids);
  },

  "an id is never used again after its job was removed": async ({ one, endAs, remove, addAt }) => {
    const last = await one();
    await endAs(last, "completed");
    assert.equal(await remove(last), "done");
    const [next] = await addAt(T + 1, {});
    assert.ok(next! > last, `${next} after ${last}`);
  },

  "a job with a time to come is scheduled, one whose time has passed is ready": async (kit) => {
    const [later, now, past] = await kit.add({ runAt: T + 1 }, { runAt: T }, { runAt: T - 1 });
    assert.deepEqual(await kit.statuses(later!, now!, past!), ["scheduled", "ready", "ready"]);
    assert.equal((await kit.get(later!)).dueAt, T + 1);
    assert.equal((await kit.get(now!)).dueAt, T);
  },

  "an empty batch stores nothing": async ({ store }) => {
    assert.deepEqual(await store.enqueue({ jobs: [] }, T), { jobs: [], workflow: null });
    assert.equal(await store.count({}), 0);
  },

  "a missing parent is refused and leaves nothing of the batch, nor of its workflow": async (
    { store, one },
  ) => {
    const id = await one();
    const workflow = { name: "w", key: null, params: {} };
    const jobs = [newJob(), newJob({ after: on("success", id + 1_000) }), newJob()];
    await assert.rejects(store.enqueue({ jobs, workflow }, T), (error) => {
      assert.ok(error instanceof NotFoundError);
      assert.match(error.message, new RegExp(`${id + 1_000}`));
      return true;
    });
    assert.equal(await store.count({}), 1);
    assert.deepEqual(await store.workflows({}), []);
  },

  "a refused batch does not touch others of the same turn": async ({ store }) => {
    const settled = await Promise.allSettled([
      store.enqueue({ jobs: [newJob({ name: "a" })] }, T),
      store.enqueue({ jobs: [newJob({ name: "b" }), newJob({ after: on("success", 999) })] }, T),
      store.enqueue({ jobs: [newJob({ name: "c" })] }, T),
    ]);
    assert.deepEqual(settled.map((one) => one.status), ["fulfilled", "rejected", "fulfilled"]);
    assert.deepEqual((await store.list({})).map((job) => job.name), ["a", "c"]);
  },

  "what the caller does with the value afterwards does not reach the store": async ({ store, get }) => {
    const payload = { argv: ["true"], deep: { n: 1 } };
    const tags = ["a"];
    const { jobs } = await store.enqueue({ jobs: [newJob({ payload, tags })] }, T);
    payload.deep.n = 2;
    tags.push("b");
    const stored = await get(jobs[0]!.id);
    assert.deepEqual([stored.payload, stored.tags], [{ argv: ["true"], deep: { n: 1 } }, ["a"]]);
    (stored.payload.deep as { n: number }).n = 3;
    assert.deepEqual((await get(jobs[0]!.id)).payload, { argv: ["true"], deep: { n: 1 } });
  },

  "JSON survives: unicode, NUL, emoji, lone quotes, big and small numbers, odd keys": async (kit) => {
    const odd = {
      text: 'NUL \u0000, é, 漢字, 👩‍👩‍👧, \u2028, "quoted" \\ ; DROP TABLE jobs; --',
      numbers: [0, -1, 1.5, 1e21, 5e-324, Number.MAX_SAFE_INTEGER],
      "": { "key with \u0000 and '": [null, false, "", [], {}] },
    };
    const id = await kit.one({
      payload: { odd },
      name: "naïve 👍 'name'",
      tags: ["tag's", "ünï"],
      queue: "q'ue",
    });
    const [claimed] = await kit.claim(T);
    assert.deepEqual(claimed!.payload, { odd });
    await kit.finish(id, 1, completed(odd));
    const job = await kit.get(id);
    assert.deepEqual([job.payload, job.result], [{ odd }, odd]);
    assert.deepEqual([job.name, job.tags, job.queue], ["naïve 👍 'name'", ["tag's", "ünï"], "q'ue"]);
  },

  "a batch of thousands is stored whole and in order": async ({ store, add }) => {
    const jobs = Array.from({ length: 2_500 }, (_, n) => ({ payload: { n }, priority: n % 3 }));
    const ids = await add(...jobs);
    assert.equal(new Set(ids).size, jobs.length);
    const stored = await store.list({});
    assert.deepEqual(stored.map((job) => job.id), ids);
    assert.deepEqual(
      stored.map((job) => [job.payload, job.priority]),
      jobs.map((j) => [j.payload, j.priority]),
    );
  },
};
