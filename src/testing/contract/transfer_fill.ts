/** Fills a store with a bit of everything that can be stored. */

import type { JobId, NewJob } from "../../core/job.ts";
import type { LogChunk, Outcome, Usage } from "../../core/ports.ts";
import {
  completed,
  failed,
  failedOf,
  type Kit,
  LEASE,
  lost,
  newJob,
  NO_USAGE,
  on,
  POLICY,
  RELEASED,
  T,
  workerInfo,
} from "./kit.ts";
import { added, advanced, fireOf, newDefinition, newFiring, newState, stepOf } from "./schedules_kit.ts";

const HOUR = 3_600_000;
const USAGE: Usage = {
  wallMs: 1_500.5,
  cpuMs: 900.25,
  maxRssBytes: 3_000_000,
  exitCode: 3,
  signal: "SIGTERM",
};
const DECISION = {
  action: "retry",
  by: "attempts",
  rule: null,
  number: 2,
  delayMs: 5,
  delayBy: "backoff",
} as const;
/** What JSON can carry: nothing of it may be lost, or taken for something else. */
const ODD = {
  "": [null, true, -0.5, 1e300, "\u0000", "\ud800", "\u2028", "🦊", "${{ x }}"],
  constructor: { 'a"b\\': "'; DROP TABLE jobs; --", "10": 1, "9": { deep: [[[]]] } },
};

/** Stores jobs of every status but `running`, with all that goes with them; the highest ids are gone. */
export async function fill(kit: Kit): Promise<void> {
  await addEnds(kit);
  await addFailures(kit);
  await addRuns(kit);
  await addUnique(kit);
  await addWaiting(kit);
  for (const queue of ["images", "ä/🦊", "resumed"]) await kit.store.pause(queue, true);
  await kit.store.pause("resumed", false);
  const last = await kit.one({ queue: "gap" });
  await kit.cancel(last);
  await kit.remove(last);
  await addSchedules(kit);
}

/** A job under way: it has told of its progress, said something, and is asked to stop. */
export async function addRunning(kit: Kit): Promise<JobId> {
  const id = await kit.one({ queue: "running", expiresAt: T + HOUR });
  await run(kit, "running", RELEASED);
  await kit.claim(T + 20, { queues: ["running"] });
  const process = { pid: 4_711, pidStart: "99" };
  await kit.store.heartbeat([{ id, attempt: 2, progress: 0.5, checkpoint: "half", process }], LEASE, T + 21);
  await kit.store.appendLog([chunkOf(id, 2, 1, "under way")]);
  await kit.cancel(id);
  return id;
}

/** Runs the jobs of a queue that are ready, once. */
async function run(kit: Kit, queue: string, outcome: Outcome, now = T + 10, usage = NO_USAGE): Promise<void> {
  const jobs = await kit.claim(now, { queues: [queue], routes: ["command", "function:resize"] });
  const finishes = jobs.map(({ id, attempt }) => ({ id, attempt, outcome, usage }));
  await kit.store.finish(finishes, now + 5);
}

function chunkOf(id: JobId, attempt: number, seq: number, data: string | Uint8Array): LogChunk {
  const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
  return {
    id,
    attempt,
    seq,
    stream: (["stdout", "stderr", "log"] as const)[seq % 3]!,
    at: T + seq,
    data: bytes,
  };
}

async function addEnds(kit: Kit): Promise<void> {
  const done = await kit.one({
    queue: "a",
    name: "näme 🦊",
    tags: ["night", "ß"],
    payload: ODD,
    priority: -7,
  });
  const [job] = await kit.claim(T + 3, { queues: ["a"], worker: workerInfo("wörker", "elsewhere") });
  await kit.store.heartbeat([{ id: done, attempt: job!.attempt, progress: ODD }], LEASE, T + 4);
  const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  await kit.store.appendLog([
    chunkOf(done, 1, 1, bytes),
    chunkOf(done, 1, 7, ""),
    chunkOf(done, 1, 2, "out\n"),
  ]);
  await kit.store.finish([{ id: done, attempt: 1, outcome: completed(ODD), usage: USAGE }], T + 9);
  // Asked to stop, and completed all the same.
  const late = await kit.one({ queue: "a" });
  await kit.claim(T, { queues: ["a"] });
  await kit.cancel(late);
  await kit.finish(late, 1, completed(0));
  const [cancelled, expired] = await kit.add({ queue: "mail" }, { queue: "b", expiresAt: T + 1 });
  await kit.cancel(cancelled!, T + 2);
  await kit.claim(T + 2, { queues: ["b"] });
  await kit.add({ queue: "c", after: on("success", expired!) }, {
    queue: "c",
    after: on("failure", expired!),
  });
  await run(kit, "c", { type: "ignored", error: { class: "Oops", message: "never mind" } });
}

async function addFailures(kit: Kit): Promise<void> {
  const id = await kit.one({ queue: "d", kind: "function", payload: { task: "resize", params: null } });
  await run(kit, "d", failedOf("flaky", { retryAt: T + 20, decision: DECISION }), T, USAGE);
  const routes = ["function:resize"];
  await kit.claim(T + 20, { queues: ["d"], routes });
  const steps = { "": 1, "ä b": [null], "constructor": ODD };
  await kit.store.heartbeat([{ id, attempt: 2, checkpoint: ODD, steps }], LEASE, T + 21);
  await kit.store.appendLog([chunkOf(id, 2, 1, "second"), chunkOf(id, 1, 3, "first")]);
  await kit.finish(id, 2, failedOf("flaky", { dead: true, reason: "timeout" }), T + 22);
  await kit.one({ queue: "e", policy: { ...POLICY, maxAttempts: 1, timeoutMs: 60_000, budgetMs: null } });
  const [gone] = await kit.claim(T, { queues: ["e"] });
  await kit.store.rescue(
    [{ id: gone!.id, attempt: 1, leaseUntil: T + LEASE, outcome: lost(null) }],
    T + LEASE,
  );
  const stack = { class: "Stack", message: "a\nb", stack: "at x\n\tat y", fingerprint: "stack" };
  await kit.add({ queue: "f" }, { queue: "f" });
  await run(kit, "f", { type: "failed", reason: "exit", error: stack, retryAt: null, dead: true });
  await run(kit, "f", failed(null));
  const ids = (await kit.store.list({ queues: ["f"] })).map((job) => job.id);
  // The lower id waits for the higher one.
  await kit.store.requeue(ids, T + 40, { canaries: ids.slice(1) });
  const known = await kit.store.causes({});
  const muted = (fingerprint: string): number[] =>
    known.filter((cause) => cause.fingerprint === fingerprint).map((cause) => cause.id);
  await kit.store.mute(muted("flaky"), Infinity);
  await kit.store.mute(muted("stack"), T + HOUR);
}

async function addRuns(kit: Kit): Promise<void> {
  const jobs = [
    newJob({ queue: "g" }),
    newJob({ queue: "h" }),
    newJob({ queue: "h", after: [{ index: 0, on: "failure" }] }),
  ];
  const batch = { name: "batch", key: null, params: {}, type: "batch", source: "a.csv" } as const;
  await kit.store.enqueue({ jobs, workflow: { ...batch, maxFails: { count: 1 } } }, T);
  await run(kit, "g", failedOf("flaky", { dead: true }));
  await kit.store.enqueue({
    jobs: [
      newJob({ step: "fetch", queue: "i" }),
      newJob({
        step: "parse",
        queue: "i",
        after: [{ index: 0, on: "success" }, { index: 0, on: "finished" }],
      }),
      newJob({ step: "alert", queue: "i", after: [{ index: 1, on: "failure" }] }),
    ],
    workflow: { name: "nightly", key: "k-1", params: ODD, maxFails: { percent: 33.5 } },
  }, T + 70);
  await kit.store.enqueue({ jobs: [], workflow: { name: "empty", key: "k-1", params: {} } }, T + 71);
}

async function addUnique(kit: Kit): Promise<void> {
  const unique = { key: "nightly 🦊", scope: "unfinished" } as const;
  const first = await kit.one({ queue: "j", unique });
  await run(kit, "j", failed(null));
  await kit.one({ queue: "j", unique });
  await run(kit, "j", completed());
  // The older one has the key again.
  await kit.requeue(first, T + 50);
  await kit.one({ queue: "k", unique: { key: "always", scope: "always" } });
  await run(kit, "k", completed());
  await kit.one({ queue: "k", unique: { key: "hour", scope: HOUR } });
}

async function addWaiting(kit: Kit): Promise<void> {
  const waiting: Partial<NewJob>[] = [
    { queue: "images", runAt: T + 2 * HOUR, expiresAt: T + 3 * HOUR },
    { queue: "images", kind: "http", payload: { url: "https://example.org/" }, priority: 1_000_000 },
    { queue: "l", expiresAt: T + HOUR },
  ];
  await kit.add(...waiting);
  await kit.one({ queue: "m", runAt: T + 1 });
  await run(kit, "m", failed(T + HOUR, "again"));
  await kit.one({ queue: "n" });
  await run(kit, "n", RELEASED);
  await run(kit, "n", { type: "snoozed", error: null, runAt: T + HOUR, pauseQueue: true });
}

/** The first has all kinds of entries, the others one each; the highest id is gone. */
async function addSchedules({ store }: Kit): Promise<void> {
  const paused = { at: T + 5, reason: "3 runs failed \u0000\ud800" };
  const recent = ["completed", "failed"] as const;
  const first = await added(store, "ünder 🦊", { nextAt: T + HOUR, fired: 3, failures: 1, recent });
  const none = await added(store, "", { paused });
  await advanced(store, stepOf(none, { firings: [newFiring(none, T)] }));
  const second = await added(store, "a", { nextAt: T + 2 * HOUR });
  const told = { reason: 'it\'s "late" \u0000\ud800', by: "wörker", slots: 7, trigger: "catch-up" } as const;
  const firings = [
    newFiring(first, T, "missed", told),
    newFiring(first, -T, "completed", { job: 1, startedAt: T + 1, endedAt: T + 2 }),
    newFiring(first, 8_640_000_000_000_000, "queued", { trigger: "backfill" }),
  ];
  const one = await advanced(store, stepOf(first, { firings }));
  const jobs = [{ queue: "o" }, { queue: "o", after: [{ index: 0, on: "success" }] }] as const;
  const two = await advanced(
    store,
    fireOf(one.schedule, T + 1, jobs, { workflow: { name: "s", key: null, params: {} } }),
  );
  await advanced(store, fireOf(two.schedule, T + 2, [{ queue: "o", runAt: T + HOUR }]));
  await advanced(
    store,
    stepOf(second, { firings: [newFiring(second, T)], definition: newDefinition({ count: 9 }) }),
  );
  await store.schedules.remove((await added(store, "gone")).id);
}

/** Changes what {@linkcode fill} stored of schedules, without adding jobs; the name of one passes to another one. */
export async function changeSchedules({ store }: Kit): Promise<void> {
  const [paused] = await store.schedules.list({ names: [""] });
  await store.schedules.remove(paused!.id);
  await added(store, "");
  for (const schedule of await store.schedules.list()) {
    const state = newState({ nextAt: schedule.state.nextAt === null ? T + 9 : null, fired: 99 });
    const firings = [T, T + 2, T + 77].map((slot) =>
      newFiring(schedule, slot, "gone", { reason: "deleted" })
    );
    await advanced(
      store,
      stepOf(schedule, { definition: newDefinition({ overlap: "allow" }), state, firings }),
    );
  }
}
