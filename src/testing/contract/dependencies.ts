import assert from "node:assert/strict";
import type { Rule } from "../../core/job.ts";
import { FINAL, satisfies } from "../../core/transitions.ts";
import { type Cases, completed, FAILED, failed, type Kit, newJob, NO_USAGE, on, T } from "./kit.ts";

const RULES = ["success", "failure", "finished"] as const satisfies readonly Rule[];

/** Stores a job that ends as `status`. */
async function parentEndedAs(kit: Kit, status: typeof FINAL[number]): Promise<number> {
  if (status !== "skipped") {
    const id = await kit.one();
    await kit.endAs(id, status);
    return id;
  }
  const failed = await parentEndedAs(kit, "failed");
  return await kit.one({ after: on("success", failed) });
}

/** One requirement for each rule and each way a parent can end. */
function ruleCases(): Cases {
  const cases: Record<string, (kit: Kit) => Promise<void>> = {};
  for (const rule of RULES) {
    for (const status of FINAL) {
      const expected = satisfies(status, rule) ? "ready" : "skipped";
      cases[`a parent that is ${status} already makes a child with rule ${rule} ${expected}`] = async (
        kit,
      ) => {
        const parent = await parentEndedAs(kit, status);
        assert.equal(await kit.status(parent), status);
        const child = await kit.get(await kit.one({ after: on(rule, parent) }, T + 1));
        assert.deepEqual([child.status, child.waitingOn], [expected, 0]);
        assert.equal(child.finishedAt, expected === "skipped" ? T + 1 : null);
      };
      cases[`a parent that becomes ${status} makes a child with rule ${rule} ${expected}`] = async (kit) => {
        const above = status === "skipped" ? await kit.one() : undefined;
        const parent = await kit.one({ after: above === undefined ? [] : on("success", above) });
        const child = await kit.one({ after: on(rule, parent) });
        assert.deepEqual([(await kit.get(child)).status, (await kit.get(child)).waitingOn], ["blocked", 1]);
        if (status === "skipped") await kit.end(above!, FAILED, T + 2);
        else await kit.endAs(parent, status, T + 2);
        const settled = await kit.get(child);
        assert.deepEqual([settled.status, settled.waitingOn], [expected, 0]);
        if (expected === "skipped") assert.equal(settled.finishedAt, T + 2);
        else assert.equal(settled.dueAt, T + 2);
      };
    }
  }
  return cases;
}

export const dependencyCases: Cases = {
  ...ruleCases(),

  "a child waits for all its parents": async ({ add, one, endAs, get, claimIds }) => {
    const parents = await add({}, {}, {});
    const child = await one({ after: on("success", ...parents) });
    for (const [ended, parent] of parents.entries()) {
      assert.deepEqual([(await get(child)).status, (await get(child)).waitingOn], ["blocked", 3 - ended]);
      await endAs(parent, "completed");
    }
    assert.deepEqual(await claimIds(T), [child]);
  },

  "one wrong end skips a child though others are still open; they change nothing later": async (kit) => {
    const [a, b] = await kit.add({}, {});
    const child = await kit.one({ after: on("success", a!, b!) });
    await kit.endAs(a!, "failed", T + 1);
    await kit.endAs(b!, "completed", T + 2);
    const job = await kit.get(child);
    assert.deepEqual([job.status, job.finishedAt], ["skipped", T + 1]);
  },

  "parents ended before, and parents still open": async (kit) => {
    const [done, open] = await kit.add({}, {});
    await kit.endAs(done!, "completed");
    const child = await kit.one({ after: on("success", done!, open!) });
    assert.deepEqual([(await kit.get(child)).status, (await kit.get(child)).waitingOn], ["blocked", 1]);
    await kit.endAs(open!, "completed");
    assert.equal(await kit.status(child), "ready");
  },

  "a parent that is retried keeps its child waiting": async ({ one, end, status }) => {
    const parent = await one();
    const child = await one({ after: on("finished", parent) });
    await end(parent, failed(T + 10));
    assert.equal(await status(child), "blocked");
    await end(parent, completed(), T + 10);
    assert.equal(await status(child), "ready");
  },

  "two parents of one batch of finishes": async ({ add, one, claim, store, get }) => {
    const [a, b] = await add({}, {});
    const child = await one({ after: on("success", a!, b!) });
    const skipped = await one({ after: [...on("success", a!), ...on("failure", b!)] });
    await claim(T);
    await store.finish(
      [a!, b!].map((id) => ({ id, attempt: 1, outcome: completed(), usage: NO_USAGE })),
      T + 1,
    );
    assert.deepEqual([(await get(child)).status, (await get(child)).waitingOn], ["ready", 0]);
    assert.equal((await get(skipped)).status, "skipped");
  },

  "a diamond runs top, sides, bottom": async ({ store, claimIds, finish }) => {
    const { jobs } = await store.enqueue({
      jobs: [
        newJob(),
        newJob({ after: [{ index: 0, on: "success" }] }),
        newJob({ after: [{ index: 0, on: "success" }] }),
        newJob({ after: [{ index: 1, on: "success" }, { index: 2, on: "success" }] }),
      ],
    }, T);
    const [top, left, right, bottom] = jobs.map((job) => job.id);
    assert.deepEqual(await claimIds(T), [top]);
    await finish(top!, 1, completed());
    assert.deepEqual(await claimIds(T), [left, right]);
    await finish(left!, 1, completed());
    assert.deepEqual(await claimIds(T), []);
    await finish(right!, 1, completed());
    assert.deepEqual(await claimIds(T), [bottom]);
  },

  "a diamond whose side fails skips the bottom once": async (kit) => {
    const top = await kit.one();
    const [left, right] = await kit.add({ after: on("success", top) }, { after: on("success", top) });
    const bottom = await kit.one({ after: on("success", left!, right!) });
    const alarm = await kit.one({ after: on("failure", left!) });
    await kit.endAs(top, "completed");
    await kit.endAs(left!, "failed");
    await kit.endAs(right!, "completed");
    assert.deepEqual(await kit.statuses(bottom, alarm), ["skipped", "ready"]);
  },

  "a failure skips a long chain in one step": async ({ store, end }) => {
    const length = 1_500;
    const jobs = Array.from(
      { length },
      (_, at) => newJob({ after: at === 0 ? [] : [{ index: at - 1, on: "success" }] }),
    );
    const ids = (await store.enqueue({ jobs }, T)).jobs.map((job) => job.id);
    await end(ids[0]!, FAILED, T + 3);
    assert.equal(await store.count({ statuses: ["skipped"] }), length - 1);
    assert.equal(await store.count({ finishedBefore: T + 4 }), length);
  },

  "a skipped job is an end that `finished` takes": async ({ one, end, statuses, claimIds }) => {
    const top = await one();
    const middle = await one({ after: on("success", top) });
    const cleanup = await one({ after: on("finished", middle) });
    const alarm = await one({ after: on("failure", middle) });
    await end(top, FAILED);
    assert.deepEqual(await statuses(middle, cleanup, alarm), ["skipped", "ready", "skipped"]);
    assert.deepEqual(await claimIds(T), [cleanup]);
  },

  "fan-out and fan-in of a thousand": async ({ store, end, claim, get }) => {
    const width = 1_000;
    const jobs = [
      newJob(),
      ...Array.from({ length: width }, () => newJob({ after: [{ index: 0, on: "success" }] })),
      newJob({
        after: Array.from({ length: width }, (_, at) => ({ index: at + 1, on: "success" } as const)),
      }),
    ];
    const ids = (await store.enqueue({ jobs }, T)).jobs.map((job) => job.id);
    const last = ids.at(-1)!;
    assert.equal((await get(last)).waitingOn, width);
    await end(ids[0]!, completed());
    const branches = await claim(T, { limit: 5_000 });
    assert.equal(branches.length, width);
    const finishes = branches.map(({ id, attempt }) => ({
      id,
      attempt,
      outcome: completed(),
      usage: NO_USAGE,
    }));
    await store.finish(finishes.slice(1), T);
    assert.deepEqual([(await get(last)).status, (await get(last)).waitingOn], ["blocked", 1]);
    await store.finish(finishes.slice(0, 1), T);
    assert.equal((await get(last)).status, "ready");
  },

  "a child with a time to come is scheduled when its parents are done": async (
    { one, endAs, get, claimIds },
  ) => {
    const parent = await one();
    const child = await one({ after: on("success", parent), runAt: T + 100 });
    await endAs(parent, "completed", T + 10);
    assert.deepEqual([(await get(child)).status, (await get(child)).dueAt], ["scheduled", T + 100]);
    assert.deepEqual(await claimIds(T + 99), []);
    assert.deepEqual(await claimIds(T + 100), [child]);
  },

  "a child whose time passed while it waited is ready from the end of its parent": async (
    { one, endAs, get },
  ) => {
    const parent = await one();
    const child = await one({ after: on("success", parent), runAt: T + 5 });
    await endAs(parent, "completed", T + 10);
    assert.deepEqual([(await get(child)).status, (await get(child)).dueAt], ["ready", T + 10]);
  },

  "the same parent twice, with one rule or two": async ({ one, endAs, get, statuses }) => {
    const parent = await one();
    const twice = await one({ after: on("success", parent, parent) });
    const both = await one({ after: [...on("success", parent), ...on("finished", parent)] });
    const never = await one({ after: [...on("success", parent), ...on("failure", parent)] });
    await endAs(parent, "completed");
    assert.deepEqual(await statuses(twice, both, never), ["ready", "ready", "skipped"]);
    assert.equal((await get(twice)).waitingOn, 0);
  },

  "dependencies by place in the batch are stored as ids, in their order": async ({ store, one, get }) => {
    const outside = await one();
    const { jobs } = await store.enqueue({
      jobs: [
        newJob(),
        newJob({ after: [{ index: 0, on: "failure" }] }),
        newJob({
          after: [{ index: 1, on: "finished" }, { id: outside, on: "success" }, { index: 0, on: "success" }],
        }),
      ],
    }, T);
    const [a, b, c] = jobs.map((job) => job.id);
    assert.deepEqual((await get(b!)).dependencies, [{ id: a, on: "failure" }]);
    assert.deepEqual((await get(c!)).dependencies, [
      { id: b, on: "finished" },
      { id: outside, on: "success" },
      { id: a, on: "success" },
    ]);
  },

  "parents tells how each ended, in the order of the dependencies": async ({ store, add, one, end }) => {
    const [bad, good, open] = await add({ name: "bad" }, { step: "good" }, {});
    await end(good!, completed({ n: 1 }));
    await end(bad!, failed(null, "oh"));
    const after = [...on("success", good!), ...on("failure", bad!), ...on("finished", open!)];
    const child = await one({ after });
    const found = await store.parents([child, open!]);
    assert.deepEqual(found.get(child), [
      {
        id: good,
        step: "good",
        name: null,
        on: "success",
        status: "completed",
        result: { n: 1 },
        error: null,
      },
      {
        id: bad,
        step: null,
        name: "bad",
        on: "failure",
        status: "failed",
        result: null,
        error: { class: "Error", message: "oh" },
      },
      { id: open, step: null, name: null, on: "finished", status: "running", result: null, error: null },
    ]);
    assert.deepEqual(found.get(open!) ?? [], []);
    assert.equal((await store.parents([])).size, 0);
  },

  "children tells who depends on any of the jobs, directly, each once": async ({ store, add, one }) => {
    const [a, b] = await add({}, {});
    const both = await one({ after: on("success", a!, b!) });
    const onA = await one({ after: on("finished", a!) });
    await one({ after: on("success", both) });
    const sorted = async (ids: readonly number[]): Promise<number[]> =>
      [...await store.children(ids)].sort((x, y) => x - y);
    assert.deepEqual(await sorted([a!, b!]), [both, onA]);
    assert.deepEqual(await sorted([b!]), [both]);
    assert.deepEqual(await sorted([onA, 9_999]), []);
    assert.deepEqual(await sorted([]), []);
  },
};
