/**
 * Writes to a database as a process of its own, for tests that stop it. Argument: a JSON object of `Writing`.
 *
 * `mixed`: enqueues, claims, finishes, cancels · `single`: one job a transaction · `burst`: a hundred submits a turn ·
 * `slots`: one slot of a schedule a transaction.
 */

import type { Status } from "../../src/core/job.ts";
import type { Outcome } from "../../src/core/ports.ts";
import type { Schedule } from "../../src/core/schedule.ts";
import { openSqlite } from "../../src/store/sqlite/open.ts";
import type { SqliteStore } from "../../src/store/sqlite/store.ts";
import { newJob, NO_USAGE, workerInfo } from "../../src/testing/contract/kit.ts";
import { added, advanced, fireOf, newState } from "../../src/testing/contract/schedules_kit.ts";
import type { Writing } from "./storage_kit.ts";

const LEASE_MS = 600_000;
const BURST = 100;
const OUTCOMES: readonly Outcome[] = [
  { type: "completed", result: { ok: true } },
  { type: "failed", reason: "exit", error: { class: "ExitError", message: "exit code 3" }, retryAt: null },
  { type: "failed", reason: "error", error: { class: "Error", message: "again" }, retryAt: 1 },
  { type: "released" },
];

const writing = JSON.parse(Deno.args[0]!) as Writing;
const ledger = Deno.openSync(writing.ledger, { append: true, create: true });
const encoder = new TextEncoder();
let state = writing.seed;
let schedule: Schedule | null = null;
let slots = 0;

function chance(limit: number): number {
  state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
  return Math.floor((state / 2 ** 32) * limit);
}

/** Only what has been acknowledged comes here. */
function note(entries: readonly (readonly [id: number, status: Status])[]): void {
  ledger.writeSync(encoder.encode(entries.map(([id, status]) => `${id} ${status}\n`).join("")));
  Deno.stdout.writeSync(encoder.encode("group\n"));
}

function payload(): { text: string } {
  return { text: "x".repeat(writing.bytes ?? chance(3_000)) };
}

async function enqueue(store: SqliteStore, count: number): Promise<number[]> {
  const jobs = Array.from({ length: count }, (_, index) =>
    newJob({
      payload: payload(),
      tags: ["t"],
      ...index > 0 && { after: [{ index: index - 1, on: "finished" as const }] },
    }));
  const stored = await store.enqueue({ jobs }, Date.now());
  const ids = stored.jobs.map(({ id }) => id);
  note(ids.map((id, index) => [id, index > 0 ? "blocked" : "ready"]));
  return ids;
}

async function work(store: SqliteStore): Promise<void> {
  const now = Date.now();
  const request = {
    worker: workerInfo(`w-${Deno.pid}`),
    limit: 1 + chance(4),
    leaseMs: LEASE_MS,
    routes: ["command"],
  };
  const { jobs } = await store.claim(request, now);
  note(jobs.map(({ id }) => [id, "running"]));
  const finishes = jobs.map(({ id, attempt }) => ({
    id,
    attempt,
    outcome: OUTCOMES[chance(OUTCOMES.length)]!,
    usage: NO_USAGE,
  }));
  const finished = await store.finish(finishes, now);
  note(finished.filter(({ accepted }) => accepted).map(({ id, status }) => [id, status!]));
}

async function mixed(store: SqliteStore): Promise<void> {
  const ids = await enqueue(store, 1 + chance(4));
  await work(store);
  if (chance(4) === 0) {
    const changes = await store.cancel([ids[0]!], Date.now());
    note(changes.filter(({ result }) => result === "done").map(({ id }) => [id, "cancelled"]));
  }
}

async function burst(store: SqliteStore): Promise<void> {
  const calls = Array.from({ length: BURST }, () => store.enqueue({ jobs: [newJob()] }, Date.now()));
  const stored = await Promise.all(calls);
  note(stored.map(({ jobs }) => [jobs[0]!.id, "ready"]));
}

async function slot(store: SqliteStore): Promise<void> {
  const at = ++slots;
  schedule ??= await added(store, "tick");
  const step = fireOf(schedule, at, [{ payload: payload() }]);
  const told = await advanced(store, { ...step, state: newState({ cursor: at, fired: at }) }, Date.now());
  schedule = told.schedule;
  note([[told.jobs[0]!, "ready"]]);
}

const store = await openSqlite(writing.db, { driver: "builtin" });
for (let group = 0; group < (writing.groups ?? Infinity); group++) {
  if (writing.mode === "mixed") await mixed(store);
  else if (writing.mode === "slots") await slot(store);
  else if (writing.mode === "burst") await burst(store);
  else await enqueue(store, 1);
}
await store.close();
