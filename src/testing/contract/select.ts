import assert from "node:assert/strict";
import type { Selector } from "../../core/ports.ts";
import { FINAL, PENDING } from "../../core/transitions.ts";
import { type Cases, type Kit, newJob, on, T } from "./kit.ts";

/** Ids of the jobs a selector means; `count` must agree. */
async function select(kit: Kit, selector: Selector): Promise<number[]> {
  const ids = (await kit.store.list(selector)).map((job) => job.id);
  if (selector.limit === undefined && selector.cursor === undefined) {
    assert.equal(await kit.store.count(selector), ids.length, "count agrees with list");
  }
  return ids;
}

export const selectCases: Cases = {
  "an empty selector means every job, oldest first": async (kit) => {
    assert.deepEqual(await select(kit, {}), []);
    const ids = await kit.add({ priority: 1 }, { priority: 5 }, { queue: "z" });
    assert.deepEqual(await select(kit, {}), ids);
    assert.deepEqual(await select(kit, { order: "desc" }), ids.toReversed());
  },

  "by ids, missing ones and repeats left out": async (kit) => {
    const [a, b, c] = await kit.add({}, {}, {});
    assert.deepEqual(await select(kit, { ids: [c!, a!, 9_999, a!] }), [a, c]);
    assert.deepEqual(await select(kit, { ids: [b!], order: "desc" }), [b]);
    assert.deepEqual(await select(kit, { ids: [] }), []);
  },

  "by thousands of ids": async (kit) => {
    const ids = await kit.add(...Array.from({ length: 2_000 }, () => ({})));
    assert.deepEqual(await select(kit, { ids }), ids);
  },

  "by status": async (kit) => {
    const [done, failed, ready, scheduled] = await kit.add({}, {}, { queue: "idle" }, { runAt: T + 9 });
    await kit.claim(T, { queues: ["default"] });
    await kit.endAs(done!, "completed");
    await kit.endAs(failed!, "failed");
    const blocked = await kit.one({ after: on("success", ready!) });
    const skipped = await kit.one({ after: on("success", failed!) });
    const byStatus = { completed: done, failed, ready, scheduled, blocked, skipped, running: undefined };
    for (const [status, id] of Object.entries(byStatus)) {
      assert.deepEqual(await select(kit, { statuses: [status as "ready"] }), id === undefined ? [] : [id]);
    }
    assert.deepEqual(await select(kit, { statuses: PENDING }), [ready, scheduled, blocked]);
    assert.deepEqual(await select(kit, { statuses: FINAL }), [done, failed, skipped]);
    assert.deepEqual(await select(kit, { statuses: [] }), []);
  },

  "by queue and kind": async (kit) => {
    const [a, b, c] = await kit.add({ queue: "a" }, { queue: "b", kind: "http" }, { queue: "c" });
    assert.deepEqual(await select(kit, { queues: ["a", "b", "nowhere"] }), [a, b]);
    assert.deepEqual(await select(kit, { kinds: ["command"] }), [a, c]);
    assert.deepEqual(await select(kit, { kinds: ["http", "command"], queues: ["b", "c"] }), [b, c]);
    assert.deepEqual(await select(kit, { kinds: [] }), []);
    assert.deepEqual(await select(kit, { queues: [] }), []);
  },

  "by kind, where a kind has many routes": async (kit) => {
    const ids = await kit.add(
      { kind: "function", payload: { task: "a" } },
      { kind: "function", payload: { task: "b" } },
      {},
    );
    assert.deepEqual(await select(kit, { kinds: ["function"] }), ids.slice(0, 2));
    assert.deepEqual(await select(kit, { kinds: ["function:a"] }), []);
  },

  "by exact name": async (kit) => {
    const [a] = await kit.add({ name: "resize" }, { name: "resize-2" }, { name: "Resize" }, {});
    assert.deepEqual(await select(kit, { name: "resize" }), [a]);
    assert.deepEqual(await select(kit, { name: "res" }), []);
  },

  "by a pattern, where only the star is special": async (kit) => {
    const names = ["a.png", "a_b", "ab", "aXb", "a?b", "a[bc]", "100%", "a\\b", "a\nb"];
    const ids = await kit.add(...names.map((name) => ({ name })), {});
    const matches = async (name: string): Promise<string[]> =>
      (await select(kit, { name })).map((id) => names[ids.indexOf(id)]!);
    assert.deepEqual(await matches("a*b"), ["a_b", "ab", "aXb", "a?b", "a\\b", "a\nb"]);
    assert.deepEqual(await matches("*.png"), ["a.png"]);
    assert.deepEqual(await matches("*[bc]*"), ["a[bc]"]);
    assert.deepEqual(await matches("a?*"), ["a?b"]);
    assert.deepEqual(await matches("*_*"), ["a_b"]);
    assert.deepEqual(await matches("*%"), ["100%"]);
    assert.deepEqual(await matches("*\\*"), ["a\\b"]);
    assert.deepEqual(await matches("A*"), []);
    assert.deepEqual(await matches("*"), names, "a job without a name has none to match");
  },

  "by tag": async (kit) => {
    const [a, , c] = await kit.add({ tags: ["x", "y"] }, { tags: ["xy"] }, { tags: ["y"] }, {});
    assert.deepEqual(await select(kit, { tag: "y" }), [a, c]);
    assert.deepEqual(await select(kit, { tag: "x" }), [a]);
    assert.deepEqual(await select(kit, { tag: "z" }), []);
  },

  "by workflow": async (kit) => {
    await kit.one();
    const workflow = { name: "w", key: null, params: {} };
    const run = await kit.store.enqueue({ jobs: [newJob(), newJob()], workflow }, T);
    assert.deepEqual(await select(kit, { workflow: run.workflow! }), run.jobs.map((job) => job.id));
    assert.deepEqual(await select(kit, { workflow: 9_999 }), []);
  },

  "by the time of the end: before it, not at it": async (kit) => {
    const [a, b] = await kit.add({}, {}, { queue: "idle" });
    await kit.endAs(a!, "completed", T + 10);
    await kit.endAs(b!, "failed", T + 20);
    assert.deepEqual(await select(kit, { finishedBefore: T + 10 }), []);
    assert.deepEqual(await select(kit, { finishedBefore: T + 11 }), [a]);
    assert.deepEqual(await select(kit, { finishedBefore: T + 99 }), [a, b]);
  },

  "all members must hold": async (kit) => {
    const [a] = await kit.add(
      { name: "n1", queue: "q", tags: ["t"] },
      { name: "n2", queue: "q" },
      { name: "n3", tags: ["t"] },
      { name: "m", queue: "q", tags: ["t"] },
    );
    const selector = { name: "n*", queues: ["q"], tag: "t", statuses: PENDING, kinds: ["command"] };
    assert.deepEqual(await select(kit, selector), [a]);
    assert.deepEqual(await select(kit, { ...selector, ids: [a! + 1] }), []);
  },

  "pages by cursor, oldest first and newest first": async (kit) => {
    const ids = await kit.add(
      ...Array.from({ length: 10 }, (_, n) => ({ name: n % 2 === 0 ? "even" : "odd" })),
    );
    for (const order of ["asc", "desc"] as const) {
      for (const name of [undefined, "even"]) {
        const wanted = ids.filter((_, n) => name === undefined || n % 2 === 0);
        const seen: number[] = [];
        for (let page = await select(kit, { name, order, limit: 3 }); page.length > 0;) {
          assert.ok(page.length <= 3);
          seen.push(...page);
          page = await select(kit, { name, order, limit: 3, cursor: page.at(-1) });
        }
        assert.deepEqual(seen, order === "asc" ? wanted : wanted.toReversed());
      }
    }
  },

  "a cursor need not be a job that is there": async (kit) => {
    const [a, b, c] = await kit.add({}, {}, {});
    await kit.endAs(b!, "completed");
    await kit.remove(b!);
    assert.deepEqual(await select(kit, { cursor: b }), [c]);
    assert.deepEqual(await select(kit, { cursor: b, order: "desc" }), [a]);
    assert.deepEqual(await select(kit, { cursor: 0 }), [a, c]);
  },

  "count ignores limit, order and cursor": async (kit) => {
    const [, b] = await kit.add({}, {}, {});
    assert.equal(await kit.store.count({ limit: 1, order: "desc", cursor: b }), 3);
  },

  "limit zero lists nothing": async (kit) => {
    await kit.add({}, {});
    assert.deepEqual(await select(kit, { limit: 0 }), []);
  },
};
