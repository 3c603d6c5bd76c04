import assert from "node:assert/strict";
import { NotFoundError } from "../../core/errors.ts";
import { type Cases, completed, FAILED, newJob, on, T } from "./kit.ts";

export const workflowCases: Cases = {
  "a run is stored with its jobs and its steps": async ({ store, get, status }) => {
    const run = await store.enqueue({
      workflow: { name: "nightly", key: "k1", params: { date: "2026-01-31", "ü": [1] } },
      jobs: [newJob({ step: "fetch" }), newJob({ step: "parse", after: [{ index: 0, on: "success" }] })],
    }, T + 3);
    const id = run.workflow!;
    assert.ok(Number.isSafeInteger(id) && id > 0);
    const job = await get(run.jobs[1]!.id);
    assert.deepEqual([job.workflow, job.step, job.status], [id, "parse", "blocked"]);
    assert.equal(await status(run.jobs[0]!.id), "ready");
    assert.deepEqual(await store.workflows({ id }), [{
      id,
      name: "nightly",
      key: "k1",
      params: { date: "2026-01-31", "ü": [1] },
      createdAt: T + 3,
      source: null,
      type: "workflow",
      maxFails: null,
      haltedAt: null,
      counts: { ready: 1, blocked: 1 },
    }]);
  },

  "jobs join a run that is stored": async ({ store, claimIds, get }) => {
    const workflow = { name: "b", key: null, params: {}, type: "batch", source: "items.txt" } as const;
    const run = await store.enqueue({ jobs: [newJob()], workflow }, T);
    const id = run.workflow!;
    const joined = await store.enqueue({ jobs: [newJob(), newJob()], workflow: id }, T + 1);
    assert.equal(joined.workflow, id);
    assert.equal((await get(joined.jobs[1]!.id)).workflow, id);
    const [stored] = await store.workflows({});
    assert.deepEqual([stored!.type, stored!.source, stored!.createdAt, stored!.counts], [
      "batch",
      "items.txt",
      T,
      { ready: 3 },
    ]);
    assert.deepEqual(await claimIds(T, { workflow: id }), [...run.jobs, ...joined.jobs].map((job) => job.id));
  },

  "nobody joins a run that does not exist, and nothing is left of the attempt": async ({ store }) => {
    await assert.rejects(store.enqueue({ jobs: [newJob()], workflow: 17 }, T), (error) => {
      assert.ok(error instanceof NotFoundError);
      assert.match(error.message, /17/);
      return true;
    });
    assert.equal(await store.count({}), 0);
  },

  "runs are listed by what they are": async ({ store }) => {
    for (const type of ["workflow", "batch", undefined] as const) {
      const workflow = { name: "w", key: null, params: {}, ...(type === undefined ? {} : { type }) };
      await store.enqueue({ jobs: [newJob()], workflow }, T);
    }
    const ids = async (type: "workflow" | "batch"): Promise<number[]> =>
      (await store.workflows({ type })).map((run) => run.id);
    const [c, b, a] = (await store.workflows({})).map((run) => run.id);
    assert.deepEqual([await ids("workflow"), await ids("batch")], [[c, a], [b]]);
  },

  "a run's counts follow its jobs": async ({ store, claim, finish }) => {
    const run = await store.enqueue({
      workflow: { name: "w", key: null, params: {} },
      jobs: [newJob(), newJob(), newJob({ after: [{ index: 0, on: "success" }] })],
    }, T);
    await claim(T);
    await finish(run.jobs[0]!.id, 1, FAILED);
    await finish(run.jobs[1]!.id, 1, completed());
    const [stored] = await store.workflows({ id: run.workflow! });
    assert.deepEqual(stored!.counts, { failed: 1, completed: 1, skipped: 1 });
  },

  "runs are listed newest first, by name, by key, at most so many": async ({ store }) => {
    const submit = async (name: string, key: string | null): Promise<number> =>
      (await store.enqueue({ jobs: [newJob()], workflow: { name, key, params: {} } }, T)).workflow!;
    const [a, b, c] = [await submit("x", "k"), await submit("y", "k"), await submit("x", null)];
    const ids = async (filter: Parameters<typeof store.workflows>[0]): Promise<number[]> =>
      (await store.workflows(filter)).map((run) => run.id);
    assert.deepEqual(await ids({}), [c, b, a]);
    assert.deepEqual(await ids({ limit: 2 }), [c, b]);
    assert.deepEqual(await ids({ name: "x" }), [c, a]);
    assert.deepEqual(await ids({ key: "k" }), [b, a]);
    assert.deepEqual(await ids({ key: "k", name: "x" }), [a]);
    assert.deepEqual(await ids({ id: b }), [b]);
    assert.deepEqual(await ids({ id: 9_999 }), []);
    assert.deepEqual(await ids({ name: "nothing" }), []);
  },

  "ids of runs rise": async ({ store }) => {
    const ids: number[] = [];
    for (let n = 0; n < 3; n++) {
      const workflow = { name: "w", key: null, params: {} };
      ids.push((await store.enqueue({ jobs: [newJob()], workflow }, T)).workflow!);
    }
    assert.deepEqual(ids, [...new Set(ids)].sort((a, b) => a - b));
  },

  "jobs outside of a workflow have none": async ({ store, one, get }) => {
    const job = await get(await one());
    assert.deepEqual([job.workflow, job.step], [null, null]);
    assert.equal((await store.enqueue({ jobs: [newJob()] }, T)).workflow, null);
    assert.deepEqual(await store.workflows({}), []);
  },

  "a step may depend on jobs outside of its run": async ({ store, one, endAs, get }) => {
    const outside = await one();
    const { jobs } = await store.enqueue({
      workflow: { name: "w", key: null, params: {} },
      jobs: [newJob({ step: "s", after: on("success", outside) })],
    }, T);
    await endAs(outside, "completed");
    assert.equal((await get(jobs[0]!.id)).status, "ready");
  },
};
