/**
 * A crowd on one schema: workers that claim and finish, people who submit, cancel, requeue and remove, all at once. What
 * each of them does comes from a seed, what they meet does not. Afterwards nothing may be lost, done twice or stuck.
 *
 * `GIGQ_MODEL_SEED` plays the same parts again.
 */

import { assert, assertEquals } from "@std/assert";
import type { JobId, NewJob } from "../../src/core/job.ts";
import type { ClaimedJob, Finish, Outcome, Store } from "../../src/core/ports.ts";
import { completed, errorOf, newJob, NO_USAGE, RELEASED, T } from "../../src/testing/contract/kit.ts";
import { postgresUrl } from "../servers.ts";
import { claimBy, Race } from "./postgres_race_kit.ts";

const SEED = Number(Deno.env.get("GIGQ_MODEL_SEED") ?? Date.now() % 2 ** 31);
const STEPS = 40;
const ROUTES = ["command", "http"];

type Dice = (sides: number) => number;

function dice(seed: number): Dice {
  let state = seed >>> 0;
  return (sides) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor(state / 2 ** 32 * sides);
  };
}

/** What the crowd knows together. */
class Crowd {
  readonly ids: JobId[] = [];
  /** Who got which attempt of a job. */
  readonly handedOut = new Map<string, string>();

  pick(roll: Dice): JobId[] {
    const some = Array.from({ length: 1 + roll(3) }, () => this.ids[roll(this.ids.length)]!);
    return [...new Set(some)];
  }

  note(worker: string, { id, attempt }: ClaimedJob): void {
    const key = `attempt ${attempt} of job ${id}`;
    assert(!this.handedOut.has(key), `${key} was handed out to ${this.handedOut.get(key)} and to ${worker}`);
    this.handedOut.set(key, worker);
  }
}

async function submit(store: Store, crowd: Crowd, roll: Dice): Promise<void> {
  const jobs = Array.from({ length: 1 + roll(4) }, (_, at): NewJob =>
    newJob({
      kind: ROUTES[roll(2)]!,
      priority: roll(3),
      unique: roll(3) === 0 ? { key: `k${roll(4)}`, scope: "unfinished" } : null,
      after: afterOf(crowd, roll, at),
    }));
  const run = { name: "w", key: null, params: {}, maxFails: { count: 3 } };
  const { jobs: stored } = await store.enqueue(roll(4) === 0 ? { jobs, workflow: run } : { jobs }, T)
    // A parent may have been removed since it was known.
    .catch((error) => error.code === "not_found" ? { jobs: [] } : Promise.reject(error));
  crowd.ids.push(...stored.filter((job) => job.created).map((job) => job.id));
}

function afterOf(crowd: Crowd, roll: Dice, at: number): NewJob["after"] {
  const rule = (["success", "failure", "finished"] as const)[roll(3)]!;
  if (at > 0 && roll(2) === 0) return [{ index: at - 1, on: rule }];
  if (crowd.ids.length === 0 || roll(3) > 0) return [];
  return crowd.pick(roll).map((id) => ({ id, on: rule }));
}

function outcomeOf(roll: Dice): Outcome {
  const end = roll(8);
  if (end < 4) return completed(roll(2) === 0 ? null : end);
  if (end === 4) return RELEASED;
  const error = errorOf(`f${roll(3)}`);
  const follow = roll(6) === 0 ? [newJob()] : [];
  return {
    type: "failed",
    reason: "error",
    error,
    retryAt: end === 5 ? T : null,
    dead: roll(2) === 0,
    follow,
  };
}

async function work(store: Store, crowd: Crowd, roll: Dice, worker: string): Promise<void> {
  const { jobs } = await claimBy(store, worker, 1 + roll(5), ROUTES);
  for (const job of jobs) crowd.note(worker, job);
  await store.heartbeat(jobs.map(({ id, attempt }) => ({ id, attempt, checkpoint: id })), 60_000, T);
  const finishes = jobs.map(({ id, attempt }): Finish => ({
    id,
    attempt,
    outcome: outcomeOf(roll),
    usage: NO_USAGE,
  }));
  const answers = await store.finish(finishes, T);
  // Nobody takes a job away here: what was claimed is the worker's to end, once.
  assertEquals(answers.map((answer) => answer.accepted), jobs.map(() => true));
  const again = await store.finish(finishes, T);
  assertEquals(again.map((answer) => answer.accepted), jobs.map(() => false));
}

async function change(store: Store, crowd: Crowd, roll: Dice): Promise<void> {
  if (crowd.ids.length === 0) return;
  const ids = crowd.pick(roll);
  const what = roll(4);
  if (what === 0) await store.cancel(ids, T);
  else if (what === 1) await store.remove(ids);
  else if (what === 2) await store.requeue(ids, T);
  else await store.requeue(ids, T, { canaries: ids.slice(0, 1) });
}

Deno.test({
  name: `postgres: a crowd loses nothing, does nothing twice, and leaves nobody waiting`,
  ignore: postgresUrl === null,
  fn: () =>
    Race.among(7, async (race) => {
      console.info(`GIGQ_MODEL_SEED=${SEED}`);
      const crowd = new Crowd();
      const parts = [submit, submit, work, work, work, change, change];
      await Promise.all(parts.map(async (part, at) => {
        const roll = dice(SEED + at);
        for (let step = 0; step < STEPS; step++) await part(race.stores[at]!, crowd, roll, `w${at}`);
      }));
      await race.checkInvariants();
      await workOff(race, crowd);
      await race.checkInvariants();
      const left = await race.rows("SELECT id, status FROM gigq.job_state WHERE status < 4");
      assertEquals(left, [], "everything comes to an end");
    }),
});

/** Completes what is left. */
async function workOff(race: Race, crowd: Crowd): Promise<void> {
  const store = race.stores[0]!;
  for (;;) {
    const { jobs } = await claimBy(store, "last", 100, ROUTES);
    if (jobs.length === 0) return;
    for (const job of jobs) crowd.note("last", job);
    await store.finish(
      jobs.map(({ id, attempt }) => ({ id, attempt, outcome: completed(), usage: NO_USAGE })),
      T,
    );
  }
}
