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
import { checkAdvanced, checkSchedules, listening } from "./schedules.ts";

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
        this.#followed(finishes, await store.list({}));
        return answer;
      },
      rescue: async (rescues, now) => {
        const held = await store.leases({ expiredBy: Number.MAX_SAFE_INTEGER });
        const answer = await store.rescue(rescues, now);
        checkRescued(rescues, answer, held);
        this.#followed(rescues, await store.list({}));
        return answer;
      },
    };
    const schedules = listening(store.schedules, (step, answer, before, firings) => {
      checkAdvanced(step, answer, before, firings);
      if (answer.accepted) this.#fired(answer.jobs);
    });
    return new Proxy(store, {
      get(target, key): unknown {
        if (key === "schedules") return schedules;
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

  /** Each is new, or was there under its unique key. */
  #fired(jobs: readonly JobId[]): void {
    for (const id of jobs) this.#enqueued([{ id, created: id > (this.#ids.at(-1) ?? 0) }]);
  }

  /** New jobs are only those that an outcome asked for, each after the job that it is about. */
  #followed(ends: readonly (Finish | Rescue)[], after: readonly Job[]): void {
    for (const { id, dependencies } of after.filter((job) => job.id > (this.#ids.at(-1) ?? 0))) {
      const [edge, ...more] = dependencies;
      assertEquals([edge?.on, more], ["finished", []], `edges of job ${id}, which follows another`);
      const told = ends.some((end) =>
        end.id === edge!.id && end.outcome.type === "failed" && end.outcome.follow !== undefined
      );
      assert(told, `job ${id} was asked for`);
      this.#ids.push(id);
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
export function checkInvariants(seen: Observation): void {
  const { jobs, attempts, leases, stats } = seen;
  checkFailures(seen);
  checkSchedules(seen);
  const byId = new Map(jobs.map((job) => [job.id, job]));
  for (const job of jobs) {
    const open = job.dependencies.filter(({ id }) => !isFinal(byId.get(id)!.status)).length;
    assertEquals(
      job.waitingOn,
      job.status === "blocked" ? open + job.canaries.length : 0,
      `waitingOn of job ${job.id} (${job.status})`,
    );
    assertEquals(job.status === "blocked", job.waitingOn > 0, `job ${job.id} is blocked by what is open`);
    assertEquals(isFinal(job.status), job.finishedAt !== null, `finishedAt of job ${job.id}`);
    assertEquals(job.status === "failed", job.reason !== null, `reason of job ${job.id}`);
    assert(job.failures <= job.attempt, `failures of job ${job.id}`);
    const records = attempts[job.id]!;
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

/** Causes, dead letters, checkpoints, holds: each is told twice, and both must say the same. */
function checkFailures({ jobs, causes, dead, ofCause, checkpoints }: Observation): void {
  const byId = new Map(jobs.map((job) => [job.id, job]));
  for (const job of jobs) {
    const cause = causes.find(({ id }) => id === job.cause);
    assertEquals(cause?.fingerprint, job.error?.fingerprint, `cause of job ${job.id}`);
    if (job.dead) assertEquals(job.status, "failed", `job ${job.id} is a dead letter`);
    if (job.canaries.length > 0) assertEquals(job.status, "blocked", `job ${job.id} waits for canaries`);
    for (const canary of job.canaries) {
      assert(!isFinal(byId.get(canary)!.status), `canary ${canary} of job ${job.id} ended`);
    }
    if (job.status === "running") assert(job.firstStartedAt !== null, `first start of job ${job.id}`);
    assert((job.firstStartedAt ?? 0) <= (job.startedAt ?? 0), `starts of job ${job.id}`);
    if (job.status === "completed") assert(!(job.id in checkpoints), `job ${job.id} left a checkpoint`);
  }
  assertEquals(dead, jobs.filter((job) => job.dead).map((job) => job.id), "dead letters");
  assertEquals(ofCause, jobs.filter((job) => job.cause === 1).map((job) => job.id), "jobs of cause 1");
  for (const { id, failed } of causes) {
    const standing = jobs.filter((job) => job.status === "failed" && job.cause === id);
    assertEquals(failed, standing.length, `failed jobs of cause ${id}`);
  }
}

/** A run is halted by the step in which too many of its jobs failed, and then only waits for what may follow. */
export function checkHalts(before: Observation, after: Observation): void {
  const old = new Map(before.jobs.map((job) => [job.id, job.status]));
  const isNew = (job: Job): boolean => !old.has(job.id);
  for (const run of after.workflows) {
    const known = before.workflows.find(({ id }) => id === run.id);
    const jobs = after.jobs.filter((job) => job.workflow === run.id);
    const failed = jobs.filter((job) => job.status === "failed");
    const more = failed.some((job) => old.get(job.id) !== "failed");
    if (run.maxFails === null) assertEquals(run.haltedAt, null, `run ${run.id} has no limit`);
    if (run.maxFails === null || (known?.haltedAt ?? null) !== null || !more) continue;
    const limit = "count" in run.maxFails
      ? run.maxFails.count
      : Math.max(1, run.maxFails.percent / 100 * jobs.filter((job) => !isNew(job)).length);
    assertEquals(run.haltedAt !== null, failed.length >= limit, `run ${run.id} is halted`);
    if (run.haltedAt === null) continue;
    for (const job of jobs.filter((job) => isPending(job.status))) {
      assert(job.dependencies.some((edge) => edge.on !== "success"), `job ${job.id} goes on in a halted run`);
    }
  }
}

/** Every job moved as the table allows, and only the verbs that may did move it. */
export function checkMoves(
  verb: Command["type"],
  before: readonly Job[],
  after: Observation,
  now: number,
): void {
  const halted = new Set(after.workflows.filter((run) => run.haltedAt === now).map((run) => run.id));
  const byId = new Map(after.jobs.map((job) => [job.id, job]));
  for (const job of before) {
    const to = byId.get(job.id)?.status;
    if (to === undefined) {
      assert(verb === "remove" && isFinal(job.status), `${verb} deleted job ${job.id} (${job.status})`);
    } else if (to !== job.status) {
      const isAllowed = verb === "claim" ? throughPending(job.status, to) : isLegal(job.status, to);
      assert(isAllowed, `${verb} moved job ${job.id} from ${job.status} to ${to}`);
      if (to === "cancelled") {
        assert(
          verb === "cancel" || job.status === "running" || halted.has(job.workflow ?? 0),
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
