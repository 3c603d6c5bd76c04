/**
 * Users of one schema who meet at the same rows. A hand holds a row, so that each stands where it matters, and lets go;
 * what would go wrong without the protection goes wrong every time.
 */

import { assertEquals } from "@std/assert";
import type { JobId, NewJob } from "../../src/core/job.ts";
import { failed, failedOf, newJob, on, T } from "../../src/testing/contract/kit.ts";
import { claimBy, end, keyOf, race, rowOf } from "./postgres_race_kit.ts";

const UNIQUE = { scope: "unfinished" } as const;

/** A batch that, once it has looked at all parents, waits for whoever holds the key. */
function jobsWithKey(key: string, ...jobs: readonly Partial<NewJob>[]): NewJob[] {
  return [...jobs.map(newJob), newJob({ unique: { ...UNIQUE, key }, queue: "other" })];
}

race("a parent that ends while a child is stored waits, and finds the child", 3, async (race) => {
  const [a, b] = race.stores;
  const [parent, , keeper] = await race.add({}, {}, { unique: { ...UNIQUE, key: "k" }, queue: "other" });
  await race.start();
  await race.hold(keyOf("k"));
  const storing = a!.enqueue({ jobs: jobsWithKey("k", { after: on("success", parent!) }) }, T);
  await race.untilWaiting(1, storing);
  const ending = end(b!, [parent!]);
  await race.untilWaiting(2, ending);
  await race.letGo();
  const { jobs } = await storing;
  await ending;
  assertEquals(await race.status(jobs[0]!.id), "ready");
  assertEquals(jobs[1], { id: keeper, created: false });
  await race.checkInvariants();
});

race("a parent that is skipped while a child is stored waits, too", 3, async (race) => {
  const [a, b] = race.stores;
  const [top] = await race.add({}, { unique: { ...UNIQUE, key: "k" }, queue: "other" });
  const [middle] = await race.add({ after: on("failure", top!) });
  await race.start();
  await race.hold(keyOf("k"));
  const storing = a!.enqueue({ jobs: jobsWithKey("k", { after: on("success", middle!) }) }, T);
  await race.untilWaiting(1, storing);
  const ending = end(b!, [top!]);
  await race.untilWaiting(2, ending);
  await race.letGo();
  const { jobs } = await storing;
  await ending;
  assertEquals(await race.status(middle!), "skipped");
  assertEquals(await race.status(jobs[0]!.id), "skipped");
  await race.checkInvariants();
});

race("a child that is stored while its parent ends waits for how that ends", 3, async (race) => {
  const [a, b] = race.stores;
  const [parent] = await race.add({});
  const [child] = await race.add({ after: on("success", parent!) });
  await race.start();
  await race.hold(rowOf(child!));
  const ending = end(a!, [parent!]);
  await race.untilWaiting(1, ending);
  const storing = b!.enqueue({ jobs: [newJob({ after: on("success", parent!) })] }, T);
  await race.untilWaiting(2, storing);
  await race.letGo();
  await ending;
  const { jobs } = await storing;
  assertEquals(await race.status(jobs[0]!.id), "ready");
  await race.checkInvariants();
});

race("a claim takes a job that somebody stores a child of", 2, async (race) => {
  const [a, b] = race.stores;
  const [parent] = await race.add({}, { unique: { ...UNIQUE, key: "k" }, queue: "other" });
  await race.hold(keyOf("k"));
  const storing = a!.enqueue({ jobs: jobsWithKey("k", { after: on("success", parent!) }) }, T);
  await race.untilWaiting(1, storing);
  const { jobs } = await claimBy(b!, "w", 1);
  assertEquals(jobs.map((job) => job.id), [parent]);
  await race.letGo();
  await storing;
  await race.checkInvariants();
});

race("parents that end at once both count for their child", 4, async (race) => {
  const parents = await race.add({}, {}, {});
  const [child] = await race.add({ after: on("success", ...parents) });
  await race.start();
  await race.hold(rowOf(child!));
  const endings = parents.map((id, at) => end(race.stores[at]!, [id]));
  await race.untilWaiting(3, ...endings);
  await race.letGo();
  await Promise.all(endings);
  assertEquals(await race.status(child!), "ready");
  await race.checkInvariants();
});

race("parents that end at once, one of them the wrong way, skip their child once", 4, async (race) => {
  const parents = await race.add({}, {});
  const [child] = await race.add({ after: on("success", ...parents) });
  await race.add({ after: on("finished", child!, ...parents) });
  await race.start();
  await race.hold(rowOf(child!));
  const endings = [end(race.stores[0]!, [parents[0]!]), end(race.stores[1]!, [parents[1]!], failed(null))];
  await race.untilWaiting(2, ...endings);
  await race.letGo();
  await Promise.all(endings);
  assertEquals(await race.status(child!), "skipped");
  assertEquals(await race.status(child! + 1), "ready");
  await race.checkInvariants();
});

race("of two who store a job with one key, one does", 2, async (race) => {
  const [a, b] = race.stores;
  await race.add({ unique: { ...UNIQUE, key: "z" } });
  await race.hold(keyOf("z"));
  const keys = (...names: string[]): NewJob[] => names.map((key) => newJob({ unique: { ...UNIQUE, key } }));
  const first = a!.enqueue({ jobs: keys("a", "z") }, T);
  await race.untilWaiting(1, first);
  const second = b!.enqueue({ jobs: keys("a") }, T);
  await race.untilWaiting(2, second);
  await race.letGo();
  const [created] = (await first).jobs;
  assertEquals((await second).jobs, [{ id: created!.id, created: false }]);
  await race.checkInvariants();
});

race("a key is free for whoever waited until its holder had ended", 2, async (race) => {
  const [a, b] = race.stores;
  const [holder] = await race.add({ unique: { ...UNIQUE, key: "k" } });
  const [child] = await race.add({ after: on("success", holder!) });
  await race.start();
  await race.hold(rowOf(child!));
  const ending = end(a!, [holder!]);
  await race.untilWaiting(1, ending);
  const storing = b!.enqueue({ jobs: [newJob({ unique: { ...UNIQUE, key: "k" } })] }, T);
  await race.untilWaiting(2, storing);
  await race.letGo();
  await ending;
  assertEquals((await storing).jobs.map((job) => job.created), [true]);
  await race.checkInvariants();
});

race("a cancel waits for whoever stores a child, and the child hears of it", 2, async (race) => {
  const [a, b] = race.stores;
  const [parent] = await race.add({}, { unique: { ...UNIQUE, key: "k" }, queue: "other" });
  await race.hold(keyOf("k"));
  const storing = a!.enqueue({ jobs: jobsWithKey("k", { after: on("success", parent!) }) }, T);
  await race.untilWaiting(1, storing);
  const cancelling = b!.cancel([parent!], T);
  await race.untilWaiting(2, cancelling);
  await race.letGo();
  const { jobs } = await storing;
  await cancelling;
  assertEquals(await race.status(jobs[0]!.id), "skipped");
  await race.checkInvariants();
});

race("a removal waits for whoever stores a child, and is refused", 2, async (race) => {
  const [a, b] = race.stores;
  const [parent, open] = await race.add({}, {}, { unique: { ...UNIQUE, key: "k" }, queue: "other" });
  await race.start();
  await end(a!, [parent!]);
  await race.hold(keyOf("k"));
  const storing = a!.enqueue({ jobs: jobsWithKey("k", { after: on("success", parent!, open!) }) }, T);
  await race.untilWaiting(1, storing);
  const removing = b!.remove([parent!]);
  await race.untilWaiting(2, removing);
  await race.letGo();
  await storing;
  assertEquals((await removing).map((change) => change.result), ["refused"]);
  await race.checkInvariants();
});

race("a failure waits for another of its run, and is counted with it", 2, async (race) => {
  const [a, b] = race.stores;
  const jobs = [newJob(), newJob(), newJob({ queue: "other", runAt: T + 1 })];
  const run = { name: "w", key: null, params: {}, maxFails: { count: 2 } };
  const stored = (await a!.enqueue({ jobs, workflow: run }, T)).jobs.map((job) => job.id);
  await race.start();
  await race.add({ unique: { ...UNIQUE, key: "k" } });
  await race.hold(keyOf("k"));
  const first = end(a!, [stored[0]!], failedOf("f", { follow: jobsWithKey("k") }));
  await race.untilWaiting(1, first);
  const second = end(b!, [stored[1]!], failed(null));
  await race.untilWaiting(2, second);
  await race.letGo();
  await Promise.all([first, second]);
  assertEquals(await race.status(stored[2]!), "cancelled");
});

race("canaries that fail at once fail what they hold once", 2, async (race) => {
  const [a, b] = race.stores;
  const ids = await race.add({}, {}, {});
  const [open] = await race.add({ queue: "other", runAt: T + 1 });
  const [child] = await race.add({ after: [...on("failure", ids[2]!), ...on("finished", open!)] });
  await race.start();
  await end(a!, ids, failed(null));
  await a!.requeue(ids, T, { canaries: ids.slice(0, 2) });
  await race.start();
  await race.hold(rowOf(ids[2]!));
  const endings = [end(a!, [ids[0]!], failed(null), 2), end(b!, [ids[1]!], failed(null), 2)];
  await race.untilWaiting(2, ...endings);
  await race.letGo();
  await Promise.all(endings);
  assertEquals(await race.status(ids[2]!), "failed");
  assertEquals(await race.status(child!), "blocked");
  await race.checkInvariants();
});

race("a claim steps over what others have in hand, and does not wait", 2, async (race) => {
  const [held, free] = await race.add({ priority: 5 }, {}, { queue: "second" });
  await race.hold(rowOf(held!));
  const claiming = claimBy(race.stores[1]!, "w", 1);
  await race.untilWaiting(1, claiming);
  assertEquals((await claiming).jobs.map((job) => job.id), [free]);
  await race.letGo();
});

race("claims do not wait for each other where time makes jobs ready, or fails them", 2, async (race) => {
  const [a, b] = race.stores;
  const [due, late] = await race.add({ runAt: T + 1 }, { runAt: T + 9, expiresAt: T + 1 });
  await race.hold(`SELECT 1 FROM gigq.job_state WHERE id IN (${due}, ${late}) FOR UPDATE`);
  const request = {
    worker: { id: "w", host: "h", boot: null, pid: 1, pidStart: null },
    leaseMs: 9,
    limit: 1,
  };
  const claiming = a!.claim({ ...request, routes: ["command"] }, T + 5);
  await race.untilWaiting(1, claiming);
  const { jobs, nextAt } = await claiming;
  assertEquals(jobs, []);
  assertEquals(nextAt, T + 1, "whoever looks again at once finds it");
  await race.letGo();
  assertEquals((await b!.claim({ ...request, routes: ["command"] }, T + 5)).jobs.map((job) => job.id), [due]);
  assertEquals(await race.status(late!), "failed");
});

race("no job is handed out twice, and none is left", 6, async (race) => {
  for (let round = 0; round < 5; round++) {
    const jobs = Array.from({ length: 300 }, (_, i) => ({ priority: i % 3, queue: `q${i % 4}` }));
    const ids = await race.add(...jobs);
    const taken: JobId[] = [];
    await Promise.all(race.stores.map(async (store, at) => {
      for (;;) {
        const { jobs } = await claimBy(store, `w${at}`, 7);
        if (jobs.length === 0) break;
        taken.push(...jobs.map((job) => job.id));
      }
    }));
    assertEquals(taken.sort((a, b) => a - b), ids);
  }
});

race("those who count the same causes wait at the first, holding none of the others", 2, async (race) => {
  const [a, b] = race.stores;
  const ids = await race.add({}, {}, {}, {}, {}, {});
  await race.start();
  const fail = async (store: typeof a, at: number, fingerprints: readonly string[]): Promise<void> => {
    const finishes = fingerprints.map((fingerprint, i) => ({
      id: ids[at + i]!,
      attempt: 1,
      outcome: failedOf(fingerprint),
      usage: { wallMs: null, cpuMs: null, maxRssBytes: null, exitCode: null, signal: null },
    }));
    await store!.finish(finishes, T);
  };
  await fail(a, 0, ["b", "a"]);
  await race.hold("SELECT 1 FROM gigq.causes WHERE fingerprint = 'a' FOR UPDATE");
  const counting = [fail(a, 2, ["b", "a"]), fail(b, 4, ["a", "b"])];
  await race.untilWaiting(2, ...counting);
  const free = await race.rows("SELECT fingerprint FROM gigq.causes FOR UPDATE SKIP LOCKED");
  assertEquals(free, [{ fingerprint: "b" }]);
  await race.letGo();
  await Promise.all(counting);
  const causes = await a!.causes({});
  assertEquals(causes.map(({ id, fingerprint, count }) => ({ id, fingerprint, count })), [
    { id: 2, fingerprint: "a", count: 3 },
    { id: 1, fingerprint: "b", count: 3 },
  ]);
});

race("a cause that many meet first at once is one", 4, async (race) => {
  const ids = await race.add({}, {}, {}, {});
  await race.start();
  await Promise.all(ids.map((id, at) => end(race.stores[at]!, [id], failedOf("new"))));
  const causes = await race.stores[0]!.causes({});
  assertEquals(causes.map(({ fingerprint, count }) => ({ fingerprint, count })), [{
    fingerprint: "new",
    count: 4,
  }]);
});
