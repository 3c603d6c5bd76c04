/** The store that all workers of a simulation share, with somebody beside it who writes everything down. */

import { assert, assertEquals } from "@std/assert";
import type { Job, JobId } from "../../src/core/job.ts";
import type { Claim, ClaimRequest, Clock, Store } from "../../src/core/ports.ts";
import type { Ledger } from "./ledger.ts";
import { witnessedSchedules } from "./schedules.ts";

/** Looks at all jobs once in so many calls that change something. */
const FULL_LOOK = 64;

/**
 * Callers may have been held up: what they do is checked against the clock, not against the time that they bring.
 *
 * @param paused The queues that give nothing
 * @param isHealthy Whether nothing is wrong with a worker, nor was lately: nobody may take its jobs
 */
export function witnessed(
  store: Store,
  clock: Clock,
  ledger: Ledger,
  paused: ReadonlySet<string>,
  isHealthy: (worker: string) => boolean,
): Store {
  let changes = 0;
  const look = async (ids: readonly JobId[]): Promise<void> => {
    const all = ++changes % FULL_LOOK === 0;
    for (const job of await store.list(all ? {} : { ids })) ledger.seen(job);
  };
  const heard: Partial<Store> = {
    enqueue: async (batch, now) => {
      const answer = await store.enqueue(batch, now);
      answer.jobs.forEach(({ id, created }, at) => {
        if (created) ledger.submitted(id, batch.jobs[at]!, now);
      });
      await look(answer.jobs.map(({ id }) => id));
      return answer;
    },
    claim: async (request, now) => {
      // Both in one turn, so that nobody changes anything between them.
      const claiming = store.claim(request, now);
      const ready = store.list({ statuses: ["ready"] });
      const closed = new Set(paused);
      const answer = await claiming;
      for (const job of answer.jobs) {
        ledger.claimed(job, request.worker.id, now + request.leaseMs, clock.now());
      }
      checkOrder(request, answer, await ready, closed);
      if (answer.jobs.length > 0) await look(answer.jobs.map(({ id }) => id));
      return answer;
    },
    finish: async (finishes, now) => {
      const answers = await store.finish(finishes, now);
      answers.forEach(({ id, accepted }, at) => {
        const { attempt, outcome } = finishes[at]!;
        ledger.finished(id, attempt, outcome, accepted, now);
      });
      await look(finishes.map(({ id }) => id));
      return answers;
    },
    heartbeat: async (beats, leaseMs, now) => {
      const answers = await store.heartbeat(beats, leaseMs, now);
      for (const { id, state } of answers) if (state !== "lost") ledger.renewed(id, now + leaseMs);
      return answers;
    },
    rescue: async (rescues, now) => {
      const taken = await store.rescue(rescues, now);
      for (const { id, outcome } of rescues) {
        const retryAt = outcome.type === "failed" ? outcome.retryAt : null;
        if (taken.includes(id)) ledger.rescued(id, retryAt, now, isHealthy);
      }
      await look(taken);
      return taken;
    },
    cancel: async (ids, now) => {
      const answers = await store.cancel(ids, now);
      for (const { id, result } of answers) ledger.note("cancel", id, result);
      await look(ids);
      return answers;
    },
    requeue: async (ids, now) => {
      const before = await store.list({ ids });
      for (const job of before) ledger.seen(job);
      const answers = await store.requeue(ids, now);
      for (const { id, result } of answers) if (result === "done") ledger.requeued(id, now);
      await look(ids);
      return answers;
    },
    remove: async (ids) => {
      for (const job of await store.list({ ids })) ledger.seen(job);
      const answers = await store.remove(ids);
      for (const { id, result } of answers) if (result === "done") ledger.removed(id);
      return answers;
    },
  };
  const schedules = witnessedSchedules(store, ledger);
  return new Proxy(store, {
    get(target, key): unknown {
      if (key === "schedules") return schedules;
      const member = heard[key as keyof Store] ?? Reflect.get(target, key, target);
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
}

/** Higher priority first, then older; nothing better is left behind. */
function checkOrder(
  { limit, queues }: ClaimRequest,
  { jobs }: Claim,
  ready: readonly Job[],
  paused: ReadonlySet<string>,
): void {
  const isWanted = (queue: string): boolean => !paused.has(queue) && (queues?.includes(queue) ?? true);
  for (const { id, queue } of jobs) assert(isWanted(queue), `job ${id} came from queue ${queue}`);
  const left = ready.filter((job) => isWanted(job.queue));
  assert(jobs.length === limit || left.length === 0, "ready jobs were left behind");
  const rank = (job: { readonly priority: number; readonly id: JobId }): number =>
    job.priority * 1e9 - job.id;
  const ranks = jobs.map(rank);
  assertEquals(ranks, ranks.toSorted((a, b) => b - a), "higher priority first, then older");
  const worst = ranks.at(-1) ?? Infinity;
  for (const job of left) assert(rank(job) < worst, `job ${job.id} was passed over`);
}
