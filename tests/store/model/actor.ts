/** Turns commands into calls, the same for every store: what they name is decided by what has been seen so far. */

import type { Decision } from "../../../src/core/failure.ts";
import type { FailReason, JobId, NewDependency, NewJob, Unique } from "../../../src/core/job.ts";
import type { Beat, Lease, NewWorkflow, Outcome, Store, Usage } from "../../../src/core/ports.ts";
import { isFinal } from "../../../src/core/transitions.ts";
import { newJob, POLICY } from "../../../src/testing/contract/kit.ts";
import type { Command, EndPlan, JobPlan, Pick, RunPlan } from "./commands.ts";
import type { Observation } from "./observe.ts";
import { toScheduleCall, toStep } from "./schedules.ts";

/** An attempt that was handed out once, whether or not it still owns its job. */
export interface Held {
  readonly id: JobId;
  readonly attempt: number;
}

/** What a sequence has seen so far. */
export interface Memory {
  now: number;
  jobs: Observation["jobs"];
  schedules: Observation["schedules"];
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
      const workflow = command.workflow === null ? undefined : toRun(command.workflow, jobs.length, memory);
      return { verb, run: (store) => store.enqueue({ jobs, workflow }, now) };
    }
    case "claim": {
      const { limit, queues, routes, leaseMs, host } = command;
      const worker = { id: `worker-${host}`, host, boot: null, pid: 1, pidStart: null };
      const workflow = command.workflow === null ? undefined : 1 + command.workflow % (memory.workflows + 1);
      return { verb, run: (store) => store.claim({ worker, limit, leaseMs, queues, routes, workflow }, now) };
    }
    case "finish": {
      const finishes = command.finishes.flatMap(({ pick, ...plan }) => {
        const held = pickHeld(memory, pick);
        return held === undefined ? [] : [{ ...held, outcome: toOutcome(plan, memory), usage: USAGE }];
      });
      return { verb, run: (store) => store.finish(finishes, now) };
    }
    case "heartbeat": {
      const beats = command.picks.flatMap((pick) => pickHeld(memory, pick) ?? []).map((held): Beat => ({
        ...held,
        ...(command.note ? { progress: { at: now }, process: { pid: 7, pidStart: null } } : {}),
        ...(command.checkpoint ? { checkpoint: command.note ? null : { at: now } } : {}),
        ...(command.steps === null
          ? {}
          : { steps: Object.fromEntries(command.steps.map((key) => [key, now])) }),
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
          outcome: toOutcome(command.end, memory, "lost"),
        }));
      return { verb, run: (store) => store.rescue(rescues, now) };
    }
    case "cancel": {
      const ids = command.picks.map((pick) => pickJob(memory, pick));
      return { verb, run: (store) => store.cancel(ids, now) };
    }
    case "requeue": {
      const { fresh } = command;
      const ids = command.canaries > 0
        ? pickFailed(memory, command.picks)
        : command.picks.map((pick) => pickFinal(memory, pick));
      const canaries = ids.slice(0, command.canaries);
      return { verb, run: (store) => store.requeue(ids, now, { fresh, canaries }) };
    }
    case "remove":
    case "dismiss": {
      const ids = command.picks.map((pick) => pickJob(memory, pick));
      const { type } = command;
      return { verb, run: (store) => type === "remove" ? store.remove(ids) : store.dismiss(ids) };
    }
    case "mute": {
      const ids = command.picks.map((pick) => 1 + pick % 4);
      const until = command.until === null ? null : now + command.until;
      return { verb, run: (store) => store.mute(ids, until) };
    }
    case "log": {
      const data = new Uint8Array([command.seq % 256]);
      const chunk = { id: pickJob(memory, command.pick), attempt: 1, seq: command.seq, at: now, data };
      return { verb, run: (store) => store.appendLog([{ ...chunk, stream: "log" }]) };
    }
    case "pause":
      return { verb, run: (store) => store.pause(command.queue, command.paused) };
    case "addSchedule":
    case "removeSchedule":
      return { verb, run: toScheduleCall(command, memory.schedules, now) };
    case "step": {
      const jobs = command.jobs.map((plan, at) => toJob(plan, at, memory));
      const step = toStep(command.step, memory.schedules, jobs, now);
      return { verb, run: (store) => store.schedules.advance(step, now) };
    }
    case "crash":
      return { verb, run: () => Promise.resolve() };
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

/** Mostly one that ended: only those can run once more. */
function pickFinal(memory: Memory, pick: Pick): JobId {
  const final = memory.jobs.filter((job) => isFinal(job.status));
  return pick % 5 === 0 || final.length === 0 ? pickJob(memory, pick) : final[(pick >> 2) % final.length]!.id;
}

/** Mostly different ones that failed: only those wait for canaries. */
function pickFailed(memory: Memory, picks: readonly Pick[]): JobId[] {
  const failed = memory.jobs.filter((job) => job.status === "failed");
  const start = picks[0]! % Math.max(1, failed.length);
  return picks.map((pick, at) =>
    pick % 7 === 0 || at >= failed.length ? pickFinal(memory, pick) : failed[(start + at) % failed.length]!.id
  );
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

/** One time in many, a run that is not there. */
function toRun(plan: RunPlan, jobs: number, { workflows }: Memory): NewWorkflow | number {
  if ("join" in plan) return 1 + plan.join % (workflows + 1);
  const { maxFails, kind } = plan;
  return { name: "flow", key: `k${jobs}`, params: { n: jobs }, source: `${kind}.yaml`, type: kind, maxFails };
}

const DECISION: Decision = {
  action: "fail",
  by: "rule",
  rule: "exit 3",
  number: 1,
  delayMs: null,
  delayBy: null,
};

function toOutcome(plan: EndPlan, { now }: Memory, reason: FailReason = "exit"): Outcome {
  const { outcome, delay, cause } = plan;
  const error = delay === 0 ? null : {
    class: `Error${cause}`,
    message: `${outcome} at ${now}`,
    ...(cause === null ? {} : { fingerprint: cause }),
  };
  const failed = { type: "failed", reason, error, retryAt: null } as const;
  switch (outcome) {
    case "completed":
      return { type: "completed", result: { at: now } };
    case "failed":
      return failed;
    case "dead":
      return { ...failed, dead: true, decision: DECISION };
    case "retry":
      return { ...failed, reason: "error", retryAt: now + delay };
    case "follow":
      return {
        ...failed,
        retryAt: delay === 10 ? now + delay : null,
        follow: follows(plan),
        decision: DECISION,
      };
    case "ignored":
      return { type: "ignored", error, decision: DECISION };
    case "snoozed":
      return { type: "snoozed", error, runAt: now + delay };
    case "paused":
      return { type: "snoozed", error, runAt: now, pauseQueue: true, decision: DECISION };
    case "cancelled":
      return { type: "cancelled", error };
    case "released":
      return { type: "released" };
  }
}

function follows({ cause }: EndPlan): NewJob[] {
  return [
    newJob({ queue: "a", name: "follow" }),
    newJob({ queue: "b", unique: cause === "x" ? UNIQUE.while : null }),
  ];
}
