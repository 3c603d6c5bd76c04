/**
 * What must hold whatever a store does: kept in plain lists, without looking at how any store works. It hears each
 * call, its answer, and what was seen before and after.
 */

import { assert, assertEquals } from "@std/assert";
import { type Job, type JobId, routeOf, type Status } from "../../../src/core/job.ts";
import type {
  Claim,
  ClaimRequest,
  Enqueued,
  Finish,
  Finished,
  Lease,
  Rescue,
  Store,
} from "../../../src/core/ports.ts";
import { isFinal, isLegal, isPending, STATUSES, TRANSITIONS } from "../../../src/core/transitions.ts";
import type { Command } from "./commands.ts";
import type { Observation } from "./observe.ts";

export class Oracle {
  readonly #ids: JobId[] = [];
  readonly #claimed: { readonly id: JobId; readonly attempt: number }[] = [];
  readonly #accepted: string[] = [];

  /** A store that tells the oracle of the calls that matter to it. */
  listeningTo(store: Store, paused: () => ReadonlySet<string>): Store {
    const heard: Partial<Store> = {
      enqueue: async (batch, now) => {
        const answer = await store.enqueue(batch, now);
        this.#enqueued(answer.jobs);
        return answer;
      },
      claim: async (request, now) => {
        const before = await store.list({});
        const answer = await store.claim(request, now);
        this.#claims(request, answer, before, await store.list({}), paused());
        return answer;
      },
      finish: async (finishes, now) => {
        const before = await store.list({});
        const answer = await store.finish(finishes, now);
        this.#finished(finishes, answer, before);
        return answer;
      },
      rescue: async (rescues, now) => {
        const held = await store.leases({ expiredBy: Number.MAX_SAFE_INTEGER });
        const answer = await store.rescue(rescues, now);
        checkRescued(rescues, answer, held);
        return answer;
      },
    };
    return new Proxy(store, {
      get(target, key): unknown {
        const member = heard[key as keyof Store] ?? Reflect.get(target, key, target);
        return typeof member === "function" ? member.bind(target) : member;
      },
    });
  }

  #enqueued(jobs: readonly Enqueued[]): void {
    for (const { id, created } of jobs) {
      if (created) assert(id > (this.#ids.at(-1) ?? 0), `id ${id} is not above all before it`);
      else assert(this.#ids.includes(id), `job ${id} was never created`);
      if (created) this.#ids.push(id);
    }
  }

  /** Nothing twice, in order, nothing better left behind, nothing that was not asked for. */
  #claims(
    request: ClaimRequest,
    { jobs }: Claim,
    before: readonly Job[],
    after: readonly Job[],
    paused: ReadonlySet<string>,
  ): void {
    const isWanted = (job: Job): boolean =>
      !paused.has(job.queue) && request.routes.includes(routeOf(job)) &&
      (request.queues?.includes(job.queue) ?? true) &&
      (request.workflow === undefined || request.workflow === job.workflow);
    for (const { id, attempt } of jobs) {
      const known = before.find((job) => job.id === id)!;
      assert(isWanted(known), `job ${id} was not asked for`);
      assert(isPending(known.status), `job ${id} was ${known.status}`);
      assertEquals(attempt, known.attempt + 1, `attempt of job ${id}`);
      const twice = this.#claimed.some((other) => other.id === id && other.attempt === attempt);
      assert(!twice, `attempt ${attempt} of job ${id} was handed out twice`);
      this.#claimed.push({ id, attempt });
    }
    const left = after.filter((job) => job.status === "ready" && isWanted(job));
    assert(jobs.length <= request.limit);
    assert(jobs.length === request.limit || left.length === 0, "ready jobs were left behind");
    const rank = (job: { priority: number; id: JobId }): number => job.priority * 1e6 - job.id;
    const ranks = [...jobs, ...left.sort((a, b) => rank(b) - rank(a))].map(rank);
    assertEquals(ranks, ranks.toSorted((a, b) => b - a), "higher priority first, then older");
  }

  /** At most one accepted end for an attempt, and only for the one that owns its job. */
  #finished(finishes: readonly Finish[], answers: readonly Finished[], before: readonly Job[]): void {
    for (const [at, { id, attempt }] of finishes.entries()) {
      const job = before.find((other) => other.id === id);
      const token = `${id}/${attempt}`;
      const owns = job?.status === "running" && job.attempt === attempt;
      assertEquals(answers[at]!.accepted, owns && !this.#accepted.includes(token), `finish of ${token}`);
      if (answers[at]!.accepted) this.#accepted.push(token);
    }
  }
}

/** Only attempts whose lease is still as it was seen, and each of those. */
function checkRescued(rescues: readonly Rescue[], taken: readonly JobId[], held: readonly Lease[]): void {
  const isAsSeen = (rescue: Rescue): boolean =>
    held.some(({ id, attempt, leaseUntil }) =>
      id === rescue.id && attempt === rescue.attempt && leaseUntil === rescue.leaseUntil
    );
  const expected = new Set(rescues.filter(isAsSeen).map(({ id }) => id));
  assertEquals(new Set(taken), expected, "rescued jobs");
}

/** What must hold of any store at any time. */
export function checkInvariants({ jobs, attempts, leases, stats }: Observation): void {
  const byId = new Map(jobs.map((job) => [job.id, job]));
  for (const [at, job] of jobs.entries()) {
    const open = job.dependencies.filter(({ id }) => !isFinal(byId.get(id)!.status)).length;
    assertEquals(
      job.waitingOn,
      job.status === "blocked" ? open : 0,
      `waitingOn of job ${job.id} (${job.status})`,
    );
    assertEquals(job.status === "blocked", job.waitingOn > 0, `job ${job.id} is blocked by what is open`);
    assertEquals(isFinal(job.status), job.finishedAt !== null, `finishedAt of job ${job.id}`);
    assertEquals(job.status === "failed", job.reason !== null, `reason of job ${job.id}`);
    assert(job.failures <= job.attempt, `failures of job ${job.id}`);
    const records = attempts[at]!;
    assertEquals(
      records.map((record) => record.number),
      records.map((_, n) => n + 1),
      `attempts of job ${job.id}`,
    );
    assertEquals(records.length, job.attempt, `number of attempts of job ${job.id}`);
    const running = records.filter((record) => record.outcome === "running");
    assertEquals(running.length, job.status === "running" ? 1 : 0, `running attempts of job ${job.id}`);
  }
  const held = jobs.filter((job) => job.status === "running").map((job) => job.id);
  assertEquals(leases.map((lease) => lease.id), held, "leases are of the running jobs");
  for (const status of STATUSES) {
    assertEquals(
      stats.statuses[status],
      jobs.filter((job) => job.status === status).length,
      `count of ${status}`,
    );
  }
}

/** Every job moved as the table allows, and only the verbs that may did move it. */
export function checkMoves(verb: Command["type"], before: readonly Job[], after: readonly Job[]): void {
  const now = new Map(after.map((job) => [job.id, job]));
  for (const job of before) {
    const to = now.get(job.id)?.status;
    if (to === undefined) {
      assert(verb === "remove" && isFinal(job.status), `${verb} deleted job ${job.id} (${job.status})`);
    } else if (to !== job.status) {
      const isAllowed = verb === "claim" ? throughPending(job.status, to) : isLegal(job.status, to);
      assert(isAllowed, `${verb} moved job ${job.id} from ${job.status} to ${to}`);
      if (to === "cancelled") {
        assert(
          verb === "cancel" || job.status === "running",
          `${verb} cancelled job ${job.id} (${job.status})`,
        );
      }
      if (isFinal(job.status)) assertEquals(verb, "requeue", `job ${job.id} had ended`);
    }
  }
}

/** A claim may make several moves at once: what comes due, or is set free by an expiry, is handed out in it. */
function throughPending(from: Status, to: Status): boolean {
  if (isLegal(from, to)) return true;
  return isPending(from) && TRANSITIONS[from].some((next) => isPending(next) && throughPending(next, to));
}
