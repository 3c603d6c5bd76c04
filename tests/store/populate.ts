/** Fills a store with a bit of everything: every status, reason, kind of record. All times are fixed. */

import type { FailReason } from "../../src/core/job.ts";
import type { Outcome, Store, Usage } from "../../src/core/ports.ts";
import {
  completed,
  failed,
  failedOf,
  newJob,
  NO_USAGE,
  on,
  POLICY,
  workerInfo,
} from "../../src/testing/contract/kit.ts";
import { added, advanced, fireOf, newFiring, stepOf } from "../../src/testing/contract/schedules_kit.ts";

/** The present while the store is filled. */
export const T = 1_700_000_000_000;
const HOUR = 3_600_000;
const LEASE_MS = 30_000;
const USAGE: Usage = { wallMs: 1_500.5, cpuMs: 900.25, maxRssBytes: 3_000_000, exitCode: 0, signal: null };
const REASONS: readonly FailReason[] = ["error", "exit", "signal", "timeout"];
const encoder = new TextEncoder();

/** Stores the jobs; those that end, end. */
export async function populate(store: Store): Promise<void> {
  await addFinal(store);
  await addFailures(store);
  await addRunning(store);
  await addWaiting(store);
  await addSchedules(store);
  await store.pause("images", true);
  await store.pause("resumed", true);
  await store.pause("resumed", false);
}

async function addFinal(store: Store): Promise<void> {
  await runOne(store, completed({ answer: 42, list: [1, "ü", null] }), {
    name: "answer",
    tags: ["night", "ß"],
  });
  for (const reason of REASONS) await runOne(store, failure(reason), { name: `ends by ${reason}` });
  // Fails once, is tried again, completes.
  await runOne(store, failed(T + 10, "first try"), { name: "second wind" });
  await runOne(store, completed("at last"), null, T + 20);
  await lose(store);
  // Nobody starts it in time.
  await add(store, { expiresAt: T + 1 });
  await claim(store, T + 2);
  const [cancelled, parent] = await add(store, { queue: "mail", priority: 7 }, { name: "bad parent" });
  await store.cancel([cancelled!], T + 3);
  // Its child is skipped, and the child of any end runs.
  await add(store, { after: on("success", parent!) }, { after: on("finished", parent!) });
  await store.cancel([parent!], T + 4);
  await runOne(store, completed(null), null, T + 5);
}

/** What came with the second schema: causes, dead letters, canaries, what attempts saved, runs that halted. */
async function addFailures(store: Store): Promise<void> {
  const decision = {
    action: "retry",
    by: "attempts",
    rule: null,
    number: 2,
    delayMs: 0,
    delayBy: "backoff",
  } as const;
  await runOne(store, failedOf("flaky", { retryAt: T, decision }), { name: "saves", tags: ["night"] });
  const { id, attempt } = (await claim(store, T + 6))!;
  await store.heartbeat(
    [{ id, attempt, checkpoint: { at: 3 }, steps: { "": 1, "ä": [null] } }],
    LEASE_MS,
    T + 7,
  );
  await store.finish([{ id, attempt, outcome: failedOf("flaky", { dead: true }), usage: NO_USAGE }], T + 8);
  await runOne(store, { type: "ignored", error: { class: "Oops", message: "never mind" } }, {
    name: "ignored",
  });
  const held: number[] = [];
  for (const name of ["canary", "held"]) {
    await runOne(store, failedOf("broken", { reason: "exit", dead: true }), { name, queue: "mail" });
    held.push((await store.list({ order: "desc", limit: 1 }))[0]!.id);
  }
  await store.requeue(held, T + 9, { canaries: [held[0]!] });
  const [flaky] = await store.causes({ fingerprint: "flaky" });
  await store.mute([flaky!.id], Infinity);
  await store.enqueue({
    jobs: [newJob({ priority: 9 }), newJob({ name: "halted" })],
    workflow: {
      name: "batch",
      key: null,
      params: {},
      type: "batch",
      maxFails: { count: 1 },
      source: "a.csv",
    },
  }, T);
  await runOne(store, failedOf("broken"), null, T + 10);
}

async function addRunning(store: Store): Promise<void> {
  const [first, second] = await add(
    store,
    { name: "under way", unique: { key: "nightly", scope: "unfinished" } },
    { kind: "function", payload: { task: "resize", params: { width: 320 } } },
  );
  const request = { worker: workerInfo("w2", "other"), limit: 9, leaseMs: LEASE_MS };
  await store.claim({ ...request, routes: ["command", "function:resize"] }, T + 30);
  await store.heartbeat(
    [
      { id: first!, attempt: 1, progress: { done: 3, of: 7 }, process: { pid: 4_711, pidStart: "99" } },
      { id: second!, attempt: 1 },
    ],
    LEASE_MS,
    T + 40,
  );
  await store.cancel([second!], T + 50);
  await store.appendLog([
    { id: first!, attempt: 1, seq: 1, stream: "log", at: T + 60, data: encoder.encode("half-way\n") },
  ]);
}

async function addWaiting(store: Store): Promise<void> {
  await store.enqueue({
    jobs: [
      newJob({ step: "fetch", name: "nightly/fetch", runAt: T + HOUR }),
      newJob({
        step: "parse",
        kind: "module",
        payload: { module: "./p.ts#parse" },
        after: [{ index: 0, on: "success" }],
      }),
      newJob({ step: "alert", after: [{ index: 1, on: "failure" }, { index: 0, on: "finished" }] }),
    ],
    workflow: { name: "nightly", key: "k-1", params: { date: "2026-01-31" } },
  }, T + 70);
  await add(
    store,
    { runAt: T + 2 * HOUR, expiresAt: T + 3 * HOUR, unique: { key: "always", scope: "always" } },
    {
      queue: "images",
      kind: "http",
      payload: { url: "https://example.org/" },
      unique: { key: "hour", scope: HOUR },
    },
    {
      queue: "images",
      priority: -5,
      tags: ["night"],
      policy: { ...POLICY, maxAttempts: 1, timeoutMs: 60_000 },
    },
    { kind: "function", payload: { task: "nobody", params: null }, priority: 1_000 },
  );
}

/** What came with the fourth schema. */
async function addSchedules(store: Store): Promise<void> {
  const nightly = await added(store, "nightly", { nextAt: T + HOUR, fired: 2, recent: ["completed"] });
  await added(store, "päused", { paused: { at: T, reason: "3 runs failed" }, failures: 3 });
  const missed = newFiring(nightly, T - HOUR, "missed", { slots: 12, reason: "nobody was there", by: "w1" });
  const firings = [missed, newFiring(nightly, T + 3, "queued", { trigger: "backfill" })];
  const one = await advanced(store, stepOf(nightly, { firings }));
  const two = await advanced(store, fireOf(one.schedule, T + 1, [{ runAt: T + HOUR }]));
  const workflow = { name: "recurring", key: null, params: {} };
  await advanced(
    store,
    fireOf(two.schedule, T + 2, [{ runAt: T + HOUR }, { queue: "images" }], { workflow }),
  );
}

function failure(reason: FailReason): Outcome {
  return {
    type: "failed",
    reason,
    error: { class: "Oops", message: `by ${reason}`, stack: "at x" },
    retryAt: null,
  };
}

async function add(store: Store, ...jobs: Parameters<typeof newJob>[0][]): Promise<number[]> {
  return (await store.enqueue({ jobs: jobs.map(newJob) }, T)).jobs.map(({ id }) => id);
}

async function claim(store: Store, now: number): Promise<{ id: number; attempt: number } | undefined> {
  const request = { worker: workerInfo("w1"), limit: 1, leaseMs: LEASE_MS, routes: ["command"] };
  return (await store.claim(request, now)).jobs[0];
}

/** Adds a job (or takes what is ready), writes a little output, ends the attempt. */
async function runOne(
  store: Store,
  outcome: Outcome,
  job: Parameters<typeof newJob>[0] | null,
  now = T,
): Promise<void> {
  if (job !== null) await add(store, job);
  const { id, attempt } = (await claim(store, now))!;
  await store.appendLog([
    { id, attempt, seq: 1, stream: "stdout", at: now, data: encoder.encode("out\n") },
    { id, attempt, seq: 2, stream: "stderr", at: now + 1, data: new Uint8Array([0, 255, 10]) },
  ]);
  const usage = outcome.type === "completed" ? USAGE : { ...NO_USAGE, exitCode: 3 };
  await store.finish([{ id, attempt, outcome, usage }], now + 5);
}

const LOST: Outcome = { type: "failed", reason: "lost", error: null, retryAt: null };

/** A job whose only attempt is taken from its worker. */
async function lose(store: Store): Promise<void> {
  await add(store, { name: "lost", policy: { ...POLICY, maxAttempts: 1 } });
  const { id, attempt } = (await claim(store, T))!;
  await store.rescue([{ id, attempt, leaseUntil: T + LEASE_MS, outcome: LOST }], T + LEASE_MS + 1);
}
