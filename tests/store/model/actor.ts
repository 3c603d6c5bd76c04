/** Turns commands into calls, the same for every store: what they name is decided by what has been seen so far. */

import type { JobId, NewDependency, NewJob, Unique } from "../../../src/core/job.ts";
import type { Lease, Outcome, Store, Usage } from "../../../src/core/ports.ts";
import { lost, newJob, POLICY } from "../../../src/testing/contract/kit.ts";
import type { Command, JobPlan, OutcomePlan, Pick } from "./commands.ts";
import type { Observation } from "./observe.ts";

/** An attempt that was handed out once, whether or not it still owns its job. */
export interface Held {
  readonly id: JobId;
  readonly attempt: number;
}

/** What a sequence has seen so far. */
export interface Memory {
  now: number;
  jobs: Observation["jobs"];
  workflows: number;
  readonly held: Held[];
  running: readonly Held[];
  /** Leases as they were seen, the latest last. */
  readonly leases: Lease[];
}

/** A call that can be made on any store, and is the same on each. */
export interface Call {
  readonly verb: Command["type"];
  run(store: Store): Promise<unknown>;
}

const USAGE: Usage = { wallMs: 1.5, cpuMs: null, maxRssBytes: 4_096, exitCode: 0, signal: null };
const UNIQUE: Readonly<Record<NonNullable<JobPlan["unique"]>, Unique>> = {
  while: { key: "while", scope: "unfinished" },
  always: { key: "always", scope: "always" },
  period: { key: "period", scope: 60 },
};

/** Makes the call that a command means now. */
export function toCall(command: Command, memory: Memory): Call {
  const { now } = memory;
  const verb = command.type;
  switch (command.type) {
    case "enqueue": {
      const jobs = command.jobs.map((plan, at) => toJob(plan, at, memory));
      const workflow = command.workflow
        ? { name: "flow", key: `k${jobs.length}`, params: { n: jobs.length } }
        : undefined;
      return { verb, run: (store) => store.enqueue({ jobs, workflow }, now) };
    }
    case "claim": {
      const { limit, queues, routes, leaseMs, host } = command;
      const worker = { id: `worker-${host}`, host, boot: null, pid: 1, pidStart: null };
      const workflow = command.workflow === null ? undefined : 1 + command.workflow % (memory.workflows + 1);
      return { verb, run: (store) => store.claim({ worker, limit, leaseMs, queues, routes, workflow }, now) };
    }
    case "finish": {
      const finishes = command.finishes.flatMap(({ pick, outcome, delay }) => {
        const held = pickHeld(memory, pick);
        return held === undefined ? [] : [{ ...held, outcome: toOutcome(outcome, delay, now), usage: USAGE }];
      });
      return { verb, run: (store) => store.finish(finishes, now) };
    }
    case "heartbeat": {
      const beats = command.picks.flatMap((pick) => pickHeld(memory, pick) ?? []).map((held) => ({
        ...held,
        ...(command.note ? { progress: { at: now }, process: { pid: 7, pidStart: null } } : {}),
      }));
      return { verb, run: (store) => store.heartbeat(unrepeated(beats), command.leaseMs, now) };
    }
    case "rescue": {
      const seen = memory.leases.slice(command.late ? 0 : -5);
      const rescues = command.picks.flatMap((pick) => seen.length === 0 ? [] : seen[pick % seen.length]!)
        .map(({ id, attempt, leaseUntil }) => ({
          id,
          attempt,
          leaseUntil,
          outcome: lost(command.delay === null ? null : now + command.delay),
        }));
      return { verb, run: (store) => store.rescue(rescues, now) };
    }
    case "cancel":
    case "requeue": {
      const ids = command.picks.map((pick) => pickJob(memory, pick));
      return { verb, run: (store) => store[command.type](ids, now) };
    }
    case "remove": {
      const ids = command.picks.map((pick) => pickJob(memory, pick));
      return { verb, run: (store) => store.remove(ids) };
    }
    case "log": {
      const data = new Uint8Array([command.seq % 256]);
      const chunk = { id: pickJob(memory, command.pick), attempt: 1, seq: command.seq, at: now, data };
      return { verb, run: (store) => store.appendLog([{ ...chunk, stream: "log" }]) };
    }
    case "pause":
      return { verb, run: (store) => store.pause(command.queue, command.paused) };
    case "advance":
      memory.now += command.ms;
      return { verb, run: () => Promise.resolve() };
  }
}

/** One time in many, a job that is not there. */
function pickJob({ jobs }: Memory, pick: Pick): JobId {
  const isMissing = jobs.length === 0 || pick % 29 === 28;
  return isMissing ? 100_000 : jobs[pick % jobs.length]!.id;
}

/** Mostly one that runs; else any that ever ran, and one time in many one that never did. */
function pickHeld({ held, running }: Memory, pick: Pick): Held | undefined {
  const from = pick % 4 === 0 ? held : running;
  if (from.length === 0) return undefined;
  const { id, attempt } = from[(pick >> 2) % from.length]!;
  return pick % 23 === 0 ? { id, attempt: attempt + 1 } : { id, attempt };
}

function unrepeated<T extends Held>(beats: readonly T[]): T[] {
  return [...new Map(beats.map((beat) => [beat.id, beat])).values()];
}

function toJob(plan: JobPlan, at: number, memory: Memory): NewJob {
  const { priority, queue, kind, delay, expires, unique } = plan;
  return newJob({
    priority,
    queue,
    kind,
    name: `${queue}${at}`,
    tags: plan.after.length > 0 ? ["child"] : [],
    policy: { ...POLICY, maxAttempts: 1 + at },
    runAt: delay === null ? null : memory.now + delay,
    expiresAt: expires === null ? null : memory.now + expires,
    unique: unique === null ? null : UNIQUE[unique],
    after: plan.after.flatMap(({ pick, inBatch, on }): NewDependency[] => {
      if (inBatch && at > 0) return [{ index: pick % at, on }];
      return memory.jobs.length === 0 ? [] : [{ id: pickJob(memory, pick), on }];
    }),
  });
}

function toOutcome(plan: OutcomePlan, delay: number, now: number): Outcome {
  const error = { class: "Error", message: `${plan} at ${now}` };
  switch (plan) {
    case "completed":
      return { type: "completed", result: { at: now } };
    case "failed":
      return { type: "failed", reason: "exit", error, retryAt: null };
    case "retry":
      return { type: "failed", reason: "error", error: delay === 0 ? null : error, retryAt: now + delay };
    case "cancelled":
      return { type: "cancelled", error: delay === 0 ? null : error };
    case "released":
      return { type: "released" };
  }
}
