import { assert, assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { BusyError, ConfigError, DataError, UsageError } from "../../src/core/errors.ts";
import { command } from "../../src/library/jobs.ts";
import { abortMove, type MoveProgress, moveQueue } from "../../src/library/move.ts";
import { MemoryStore } from "../../src/store/memory/store.ts";
import { newJob, T, workerInfo } from "../../src/testing/contract/kit.ts";
import { FakeClock } from "../../src/testing/fake_clock.ts";
import { JobQueue } from "../../src/library/queue.ts";
import {
  assertOneAtMost,
  fillStore,
  linesIn,
  mortal,
  queueOver,
  start,
  stateOf,
  twoQueues,
} from "./move_kit.ts";

Deno.test("move: the target holds everything, the source refuses and names it", async () => {
  const { from, to, before } = await twoQueues();
  const seen: MoveProgress["type"][] = [];
  const { proof, ...report } = await moveQueue(from, to, {
    batch: 7,
    onProgress: ({ type }) => seen.push(type),
  });
  assertEquals(report, { from: "/from", to: "/to", copy: false });
  assertEquals(await linesIn(to.store), before);
  const { total, statuses } = await to.stats();
  assertEquals(proof!.figures.jobs, total);
  for (const [status, count] of Object.entries(proof!.figures.statuses)) {
    assertEquals(statuses[status as keyof typeof statuses], count);
  }
  assert(/^[0-9a-f]{64}$/.test(proof!.checksum));
  const steps = seen.filter((type, at) => type !== seen[at - 1]);
  assertEquals(steps, ["sealed", "receiving", "copied", "compared", "verified", "moved", "opened"]);
  const error = await assertRejects(() => from.list(), ConfigError, "The queue :memory: has moved to /to");
  assertStringIncludes(error.hint!, "--db");
});

Deno.test("move: an empty queue is moved, too", async () => {
  const [from, to] = [queueOver(new MemoryStore(), "/from"), queueOver(new MemoryStore(), "/to")];
  const { proof } = await moveQueue(from, to);
  assertEquals([proof!.figures.jobs, await stateOf(from.store), await stateOf(to.store)], [
    0,
    "moved",
    "open",
  ]);
});

Deno.test("move: again, it has nothing left to do; elsewhere it is refused", async () => {
  const { from, to } = await twoQueues();
  await moveQueue(from, to);
  assertEquals((await moveQueue(from, to)).proof, null);
  const other = queueOver(new MemoryStore(), "/other");
  await assertRejects(() => moveQueue(from, other), ConfigError, "has moved to /to");
  await assertRejects(() => moveQueue(from, other, { copy: true }), ConfigError, "has moved to /to");
  assertEquals(await stateOf(other.store), "open");
});

Deno.test("move: what a queue has become, it can be moved on from, and back to a new place", async () => {
  const { from, to, before } = await twoQueues();
  await moveQueue(from, to);
  const third = queueOver(new MemoryStore(), "/third");
  await moveQueue(to, third);
  assertEquals(await linesIn(third.store), before);
});

Deno.test("move: a queue is not moved to itself", async () => {
  const { from } = await twoQueues();
  await assertRejects(
    () => moveQueue(from, queueOver(from.store, "/link")),
    UsageError,
    "are the same queue",
  );
  assertEquals(await stateOf(from.store), "open");
});

Deno.test("move: a target that ever held something is refused, and the source stays open", async () => {
  for (const keep of [true, false]) {
    const { from, to } = await twoQueues();
    const { jobs: [job] } = await to.store.enqueue({ jobs: [newJob()] }, T);
    if (!keep) {
      await to.cancel([job!.id]);
      await to.clear();
    }
    const error = await assertRejects(
      () => moveQueue(from, to),
      ConfigError,
      "/to is not empty: 1 job was stored",
    );
    assertStringIncludes(error.hint!, "new file, schema or prefix");
    assertEquals([await stateOf(from.store), await stateOf(to.store)], ["open", "open"]);
  }
});

Deno.test("move: a job that reaches the target at the last moment stays there, and both stay open", async () => {
  const { from, to } = await twoQueues();
  const onProgress = ({ type }: MoveProgress): void => {
    if (type === "sealed") void to.store.enqueue({ jobs: [newJob()] }, T);
  };
  await assertRejects(() => moveQueue(from, to, { onProgress }), ConfigError, "is not empty");
  assertEquals([await stateOf(from.store), await stateOf(to.store), await to.count()], ["open", "open", 1]);
});

Deno.test("move: running jobs are named with their workers, and the queue goes on", async () => {
  const { from, to } = await twoQueues();
  await start(from.store);
  const error = await assertRejects(() => moveQueue(from, to), BusyError, "1 job of /from still runs: ");
  assertStringIncludes(error.message, " on w1");
  assertStringIncludes(error.hint!, "--wait");
  assertEquals([await stateOf(from.store), await stateOf(to.store)], ["open", "open"]);
});

Deno.test("move: with time to wait, running jobs end and no other starts", async () => {
  const clock = new FakeClock(T);
  const store = new MemoryStore();
  const from = JobQueue.over(store, "/from", clock);
  const to = queueOver(new MemoryStore(), "/to");
  await fillStore(store);
  const end = await start(store);
  const waited: string[] = [];
  const moving = moveQueue(from, to, {
    wait: "1m",
    onProgress: (progress) => {
      if (progress.type !== "waiting") return;
      waited.push(...progress.running.map((lease) => lease.worker!.id));
      void (waited.length < 3 ? store.stats() : end());
    },
  });
  await clock.runUntil(moving);
  assertEquals(waited, ["w1", "w1", "w1"]);
  assertEquals([await stateOf(store), (await to.stats()).statuses.running], ["moved", 0]);
});

Deno.test("move: sealed, a submit is refused as busy and a claim gives nothing", async () => {
  const { from, to } = await twoQueues();
  const heard: unknown[] = [];
  const onProgress = ({ type }: MoveProgress): void => {
    if (type !== "sealed") return;
    const request = { worker: workerInfo("w"), limit: 1, leaseMs: 9, routes: ["command"] };
    void from.store.claim(request, T).then(({ jobs }) => heard.push(jobs.length));
    void from.store.enqueue({ jobs: [newJob()] }, T).catch((error) => heard.push(error.exitCode));
  };
  await moveQueue(from, to, { onProgress });
  assertEquals(heard, [0, 75]);
});

Deno.test("move: jobs of workers that are gone are taken back first", async () => {
  const store = new MemoryStore();
  const from = JobQueue.over(store, "/from");
  const to = queueOver(new MemoryStore(), "/to");
  const { jobs: [job] } = await store.enqueue({
    jobs: [newJob({ policy: { ...newJob().policy, maxAttempts: 1 } })],
  }, T);
  await store.claim({ worker: workerInfo("dead", "far away"), limit: 1, leaseMs: 1, routes: ["command"] }, T);
  await moveQueue(from, to);
  const [moved] = await to.list({ ids: [job!.id] });
  assertEquals([moved!.status, moved!.reason], ["failed", "lost"]);
});

Deno.test("move: never are both queues open with the same jobs, at any step", async () => {
  const { from, to } = await twoQueues();
  const checks: Promise<void>[] = [];
  await moveQueue(from, to, {
    batch: 3,
    onProgress: () => void checks.push(assertOneAtMost(from.store, to.store)),
  });
  await Promise.all(checks);
  assert(checks.length > 20);
});

Deno.test("move: a copy leaves the source as it is, and is a queue of its own", async () => {
  const { from, to, before } = await twoQueues();
  await start(from.store);
  const running = (await from.list({ statuses: ["running"] })).map((job) => job.id);
  const { copy, proof } = await moveQueue(from, to, { copy: true });
  assertEquals([copy, proof!.figures.jobs], [true, await from.count()]);
  assertEquals([await stateOf(from.store), await stateOf(to.store)], ["open", "open"]);
  assertEquals((await to.list({ ids: running })).map((job) => job.status), ["ready"]);
  assertEquals((await from.list({ ids: running })).map((job) => job.status), ["running"]);
  assertEquals(await linesIn(to.store), await linesIn(from.store));
  assert(before.length > 0);
  await assertRejects(() => moveQueue(from, to, { copy: true }), ConfigError, "is not empty");
});

Deno.test("move: a copy of a queue that changed meanwhile is refused, and made by the next try", async () => {
  const { from, to } = await twoQueues();
  const [waiting] = await from.list({ statuses: ["ready"] });
  let touched = false;
  const onProgress = ({ type }: MoveProgress): void => {
    if (type !== "copied" || touched) return;
    touched = true;
    void from.cancel([waiting!.id]);
  };
  const error = await assertRejects(
    () => moveQueue(from, to, { copy: true, onProgress }),
    BusyError,
    "changed while",
  );
  assertStringIncludes(error.message, " differs in ");
  assertEquals([await stateOf(from.store), await stateOf(to.store)], ["open", "receiving"]);
  await moveQueue(from, to, { copy: true });
  assertEquals(await linesIn(to.store), await linesIn(from.store));
});

for (
  const [type, message] of [
    ["log", /is there where piece 1 of the output of job 1, attempt 1 should be$/],
    ["schedule", /: schedule "ünder 🦊" is missing$/],
    ["firing", /: slot \S+ of schedule 1 is missing$/],
  ] as const
) {
  Deno.test(`move: a target that lost a ${type} is noticed, and the source does not move`, async () => {
    const { from, to, before } = await twoQueues();
    const { write } = to.store.transfer!;
    const transfer = to.store.transfer as { write: typeof write };
    transfer.write = function (records, next): Promise<void> {
      return write.call(this, records.filter((record) => record.type !== type), next);
    };
    const error = await assertRejects(() => moveQueue(from, to), DataError, "does not hold what /from holds");
    assertMatch(error.message, message);
    assertEquals([await stateOf(from.store), await stateOf(to.store)], ["sealed", "receiving"]);
    transfer.write = write;
    await moveQueue(from, to);
    assertEquals(await linesIn(to.store), before);
  });
}

Deno.test("move: given up, the source is open and the target says what it is", async () => {
  const { from, to, before } = await twoQueues();
  const stop = new AbortController();
  const onProgress = ({ type }: MoveProgress): void => {
    if (type === "copied") stop.abort();
  };
  await assertRejects(() => moveQueue(from, to, { batch: 5, signal: stop.signal, onProgress }), DOMException);
  assertEquals([await stateOf(from.store), await stateOf(to.store)], ["sealed", "receiving"]);
  const other = queueOver(new MemoryStore(), "/other");
  const busy = await assertRejects(() => moveQueue(from, other), BusyError, "/from is being moved to /to");
  assertStringIncludes(busy.hint!, "gigq move --abort --from /from");
  assertEquals(await abortMove(from), "/to");
  assertEquals(await stateOf(from.store), "open");
  await assertRejects(() => to.list(), BusyError, "being filled by a move");
  await assertRejects(() => abortMove(to), ConfigError, "is the target of a move");
  await assertRejects(() => abortMove(from), ConfigError, "is not being moved");
  await from.submit(command(["true"]));
  await moveQueue(from, to);
  assertEquals((await linesIn(to.store)).length, before.length + 1);
  await assertRejects(() => abortMove(from), ConfigError, "has moved to /to");
});

Deno.test("move: stopped while it waits, it leaves the queue as it was", async () => {
  const { from, to } = await twoQueues();
  await start(from.store);
  const stop = new AbortController();
  const onProgress = ({ type }: MoveProgress): void => {
    if (type === "waiting") stop.abort();
  };
  const moving = moveQueue(from, to, { wait: "1h", signal: stop.signal, onProgress });
  await assertRejects(() => moving, DOMException);
  assertEquals([await stateOf(from.store), await stateOf(to.store)], ["open", "open"]);
});

Deno.test("move: a target that another move fills is refused", async () => {
  const { from, to } = await twoQueues();
  await to.store.transfer!.become({ type: "open" }, { type: "receiving", from: "another", after: null });
  await assertRejects(
    () => moveQueue(from, to),
    ConfigError,
    "/to is being filled by the move of another queue",
  );
  assertEquals(await stateOf(from.store), "open");
});

Deno.test("move: one that fails leaves the source to another one that copies from it", async () => {
  const clock = new FakeClock(T);
  const [store, target] = [new MemoryStore(), new MemoryStore()];
  await fillStore(store);
  const end = await start(store);
  // Both have seen an empty target, and wait for the running job; then the first one fills it.
  let waiting = 0;
  const onProgress = ({ type }: MoveProgress): void => {
    if (type === "waiting" && ++waiting === 2) void end();
  };
  const [copied, failed] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let pages = 0;
  const slow = mortal(target, { meet: (verb) => pages === 0 ? verb() : failed.promise.then(verb) });
  const first = moveQueue(JobQueue.over(store, "/from", clock), queueOver(slow, "/to"), {
    wait: "1m",
    batch: 1,
    onProgress: (progress) => {
      onProgress(progress);
      if (progress.type === "copied" && ++pages === 1) copied.resolve();
    },
  });
  const late = mortal(target, { meet: (verb) => waiting < 2 ? verb() : copied.promise.then(verb) });
  const second = moveQueue(JobQueue.over(store, "/from", clock), queueOver(late, "/to"), {
    wait: "1m",
    onProgress,
  });
  const error = await assertRejects(() => clock.runUntil(second), ConfigError);
  assertStringIncludes(error.message, "Somebody else has changed the state of /to");
  assertEquals(await stateOf(store), "sealed");
  failed.resolve();
  await clock.runUntil(first);
  assertEquals([await stateOf(store), await stateOf(target)], ["moved", "open"]);
});
