import assert from "node:assert/strict";
import type { JobId } from "../../core/job.ts";
import type { Change } from "../../core/ports.ts";
import { type Cases, completed, FAILED, failed, failedOf, type Kit, on, T } from "./kit.ts";

/** Jobs that failed, each of the same cause. */
async function broken(kit: Kit, count: number): Promise<JobId[]> {
  const ids = await kit.add(...Array.from({ length: count }, () => ({})));
  for (const id of ids) await kit.end(id, failedOf("f", { reason: "exit", dead: true }));
  return ids;
}

async function requeue(
  { store }: Kit,
  ids: readonly JobId[],
  canaries: readonly JobId[],
  now = T,
): Promise<Change["result"][]> {
  return (await store.requeue(ids, now, { canaries })).map((change) => change.result);
}

export const canaryCases: Cases = {
  "the others wait for the canaries, and keep their error": async (kit) => {
    const [canary, held] = await broken(kit, 2);
    const before = await kit.get(held!);
    assert.deepEqual(await requeue(kit, [canary!, held!], [canary!]), ["done", "done"]);
    assert.deepEqual(await kit.statuses(canary!, held!), ["ready", "blocked"]);
    const job = await kit.get(held!);
    assert.deepEqual([job.canaries, job.waitingOn], [[canary], 1]);
    assert.deepEqual([job.error, job.cause], [before.error, before.cause]);
    assert.deepEqual([job.failures, job.dead, job.reason, job.finishedAt], [0, false, null, null]);
    const first = await kit.get(canary!);
    assert.deepEqual([first.canaries, first.error, first.cause], [[], null, null]);
  },

  "once all canaries completed, the others run": async (kit) => {
    const [a, b, held] = await broken(kit, 3);
    await requeue(kit, [a!, b!, held!], [b!, a!]);
    assert.deepEqual((await kit.get(held!)).canaries, [a, b]);
    await kit.end(a!, completed());
    assert.deepEqual([await kit.status(held!), (await kit.get(held!)).canaries], ["blocked", [b]]);
    await kit.end(b!, failed(T));
    assert.equal(await kit.status(held!), "blocked");
    await kit.end(b!, completed(), T + 9);
    const job = await kit.get(held!);
    assert.deepEqual([job.status, job.dueAt, job.canaries], ["ready", T + 9, []]);
    await kit.end(held!, completed());
    assert.equal(await kit.status(held!), "completed");
  },

  "an ignored failure of a canary is a success": async (kit) => {
    const [canary, held] = await broken(kit, 2);
    await requeue(kit, [canary!, held!], [canary!]);
    await kit.end(canary!, { type: "ignored", error: null });
    assert.equal(await kit.status(held!), "ready");
  },

  "when a canary fails, the others are failed again, as they were": async (kit) => {
    const [a, b, held] = await broken(kit, 3);
    const before = await kit.get(held!);
    await requeue(kit, [a!, b!, held!], [a!, b!], T + 1);
    await kit.end(a!, FAILED, T + 5);
    const job = await kit.get(held!);
    assert.deepEqual(job, { ...before, failures: 0, firstStartedAt: null, dueAt: T + 1, finishedAt: T + 5 });
    await kit.end(b!, completed());
    assert.equal(await kit.status(held!), "failed");
  },

  "their children hear of it like of any failure": async (kit) => {
    const [canary, held] = await broken(kit, 2);
    await requeue(kit, [canary!, held!], [canary!]);
    const [alert, next] = await kit.add({ after: on("failure", held!) }, { after: on("success", held!) });
    assert.deepEqual(await kit.statuses(alert!, next!), ["blocked", "blocked"]);
    await kit.end(canary!, FAILED);
    assert.deepEqual(await kit.statuses(alert!, next!), ["ready", "skipped"]);
  },

  "a canary that is cancelled fails the others, too": async (kit) => {
    const [canary, held] = await broken(kit, 2);
    await requeue(kit, [canary!, held!], [canary!]);
    await kit.cancel(canary!, T + 3);
    assert.deepEqual([await kit.status(held!), (await kit.get(held!)).reason], ["failed", "exit"]);
    assert.equal((await kit.get(held!)).dead, true);
  },

  "and one that is skipped": async (kit) => {
    const parent = await kit.one();
    const canary = await kit.one({ after: on("success", parent) });
    await kit.endAs(parent, "completed");
    const [held] = await broken(kit, 1);
    await kit.end(canary, FAILED);
    await kit.store.requeue([parent], T);
    await requeue(kit, [canary, held!], [canary]);
    assert.deepEqual(await kit.statuses(canary, held!), ["blocked", "blocked"]);
    await kit.endAs(parent, "failed");
    assert.deepEqual(await kit.statuses(canary, held!), ["skipped", "failed"]);
  },

  "a job that waits may be cancelled; then its canaries mean nothing to it": async (kit) => {
    const [canary, held] = await broken(kit, 2);
    await requeue(kit, [canary!, held!], [canary!]);
    assert.equal(await kit.cancel(held!), "done");
    assert.deepEqual((await kit.get(held!)).canaries, []);
    await kit.end(canary!, FAILED);
    assert.equal(await kit.status(held!), "cancelled");
  },

  "it waits for its parents as well": async (kit) => {
    const parent = await kit.one();
    await kit.endAs(parent, "completed");
    const held = await kit.one({ after: on("success", parent) });
    await kit.end(held, FAILED);
    const [canary] = await broken(kit, 1);
    await kit.store.requeue([parent], T);
    await requeue(kit, [canary!, held], [canary!]);
    assert.equal((await kit.get(held)).waitingOn, 2);
    await kit.end(canary!, completed());
    assert.deepEqual([await kit.status(held), (await kit.get(held)).waitingOn], ["blocked", 1]);
    await kit.endAs(parent, "completed");
    assert.equal(await kit.status(held), "ready");
  },

  "only jobs that failed wait, and only for what could be requeued": async (kit) => {
    const [canary, held] = await broken(kit, 2);
    const [ready, done] = await kit.add({}, {});
    await kit.end(done!, completed());
    const ids = [canary!, ready!, done!, held!, 9_999];
    assert.deepEqual(await requeue(kit, ids, [canary!]), ["done", "refused", "refused", "done", "missing"]);
    const [a, b] = await broken(kit, 2);
    assert.deepEqual(await requeue(kit, [ready!, a!, b!], [ready!]), ["refused", "refused", "refused"]);
    assert.deepEqual(await requeue(kit, [a!, b!], [9_999]), ["refused", "refused"]);
    assert.deepEqual(await kit.statuses(a!, b!), ["failed", "failed"]);
  },

  "with all of them canaries, nobody waits": async (kit) => {
    const ids = await broken(kit, 2);
    assert.deepEqual(await requeue(kit, [...ids, ids[0]!], ids), ["done", "done", "done"]);
    assert.deepEqual(await kit.statuses(...ids), ["ready", "ready"]);
  },

  "a job that a canary comes after does not wait for it": async (kit) => {
    const parent = await kit.one();
    const middle = await kit.one({ after: on("finished", parent) });
    const canary = await kit.one({ after: on("finished", middle) });
    for (const id of [parent, middle, canary]) await kit.end(id, FAILED);
    assert.deepEqual(await requeue(kit, [parent, middle, canary], [canary]), ["refused", "refused", "done"]);
    assert.deepEqual(await kit.statuses(parent, middle, canary), ["failed", "failed", "ready"]);
  },

  "nor one that would do so by way of another that is held": async (kit) => {
    const [y, x] = await broken(kit, 2);
    const [a, b] = await kit.add({ after: on("finished", y!) }, { after: on("finished", x!) });
    for (const id of [a!, b!]) await kit.end(id, FAILED);
    assert.deepEqual(await requeue(kit, [a!, x!], [a!]), ["done", "done"]);
    // The canary b comes after x, which waits for a, which comes after y.
    assert.deepEqual(await requeue(kit, [b!, y!], [b!]), ["done", "refused"]);
    assert.deepEqual(await kit.statuses(y!, x!, a!, b!), ["failed", "blocked", "ready", "blocked"]);
  },
};
