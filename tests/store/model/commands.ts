/** Random commands. Jobs are named by a number that is only later, modulo what there is, a job. */

import fc from "fast-check";
import type { Rule } from "../../../src/core/job.ts";
import type { MaxFails, WorkflowRun } from "../../../src/core/ports.ts";
import { type ScheduleCommand, scheduleCommands, type StepPlan, stepPlan } from "./schedules.ts";

/** Picks one of what there is by then. */
export type Pick = number;

export interface JobPlan {
  readonly priority: number;
  readonly queue: "a" | "b";
  readonly kind: "command" | "http";
  readonly delay: number | null;
  readonly expires: number | null;
  /** Also decides the scope: jobs that share a key mean the same by it. */
  readonly unique: "while" | "always" | "period" | null;
  /** `inBatch`: an earlier job of the same batch, where there is one. */
  readonly after: readonly { readonly pick: Pick; readonly inBatch: boolean; readonly on: Rule }[];
}

export type OutcomePlan =
  | "completed"
  | "failed"
  | "dead"
  | "retry"
  | "follow"
  | "ignored"
  | "snoozed"
  /** Snoozed, and the queue is paused. */
  | "paused"
  | "cancelled"
  | "released";

/** How an attempt ends. */
export interface EndPlan {
  readonly outcome: OutcomePlan;
  readonly delay: number;
  /** Fingerprint of its error, if it has one. */
  readonly cause: "x" | "y" | "z" | null;
}

/** A run around the jobs: a new one, or one that they join. */
export type RunPlan =
  | { readonly maxFails: MaxFails | null; readonly kind: WorkflowRun["type"] }
  | { readonly join: Pick };

export type Command =
  | { readonly type: "enqueue"; readonly jobs: readonly JobPlan[]; readonly workflow: RunPlan | null }
  | {
    readonly type: "claim";
    readonly limit: number;
    readonly queues: readonly string[] | undefined;
    readonly routes: readonly string[];
    readonly workflow: Pick | null;
    readonly leaseMs: number;
    readonly host: string;
  }
  | {
    readonly type: "finish";
    readonly finishes: readonly ({ readonly pick: Pick } & EndPlan)[];
  }
  | {
    readonly type: "heartbeat";
    readonly picks: readonly Pick[];
    readonly leaseMs: number;
    readonly note: boolean;
    readonly checkpoint: boolean;
    readonly steps: readonly string[] | null;
  }
  | {
    readonly type: "rescue";
    readonly picks: readonly Pick[];
    readonly end: EndPlan;
    /** Acts on leases as they were seen some steps ago. */
    readonly late: boolean;
  }
  | { readonly type: "cancel" | "remove" | "dismiss"; readonly picks: readonly Pick[] }
  /** The first so many picks go before the others. */
  | {
    readonly type: "requeue";
    readonly picks: readonly Pick[];
    readonly fresh: boolean;
    readonly canaries: number;
  }
  | { readonly type: "mute"; readonly picks: readonly Pick[]; readonly until: number | null }
  /** Whoever had the store open is gone; a store in memory goes on. */
  | { readonly type: "crash" }
  | { readonly type: "log"; readonly pick: Pick; readonly seq: number }
  | { readonly type: "pause"; readonly queue: "a" | "b"; readonly paused: boolean }
  | { readonly type: "advance"; readonly ms: number }
  | ScheduleCommand
  | { readonly type: "step"; readonly step: StepPlan; readonly jobs: readonly JobPlan[] };

// Without bias: small numbers would pick the oldest job nearly always.
const pick = fc.noBias(fc.nat({ max: 1_000 }));
const picks = fc.array(pick, { minLength: 1, maxLength: 4, size: "max" });

/** The value one time in `times`, else nothing. */
function maybe<T>(times: number, value: fc.Arbitrary<T>): fc.Arbitrary<T | null> {
  return fc.oneof({ weight: times - 1, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: value });
}

const rule = fc.constantFrom<Rule>("success", "success", "failure", "finished");
const leaseMs = fc.constantFrom(20, 200);

const job: fc.Arbitrary<JobPlan> = fc.record({
  priority: fc.integer({ min: -1, max: 1 }),
  queue: fc.constantFrom("a", "b"),
  kind: fc.constantFrom("command", "command", "http"),
  delay: maybe(3, fc.constantFrom(0, 10, 50)),
  expires: maybe(6, fc.constantFrom(10, 45)),
  unique: maybe(4, fc.constantFrom("while", "always", "period")),
  after: fc.oneof(
    fc.constant([]),
    fc.array(fc.record({ pick, inBatch: fc.boolean(), on: rule }), { maxLength: 3 }),
  ),
});

const outcome = fc.constantFrom<OutcomePlan>(
  ...[
    "completed",
    "completed",
    "completed",
    "failed",
    "failed",
    "failed",
    "retry",
    "dead",
    "follow",
  ] as const,
  ...["ignored", "snoozed", "paused", "cancelled", "released"] as const,
);

const end = {
  outcome,
  delay: fc.constantFrom(0, 10, 30),
  cause: fc.constantFrom("x", "x", "y", "z", null),
} as const;

const run: fc.Arbitrary<RunPlan> = fc.oneof(
  fc.record({
    maxFails: fc.constantFrom<MaxFails | null>(
      null,
      { count: 1 },
      { count: 2 },
      { percent: 30 },
      { percent: 0 },
    ),
    kind: fc.constantFrom<WorkflowRun["type"]>("workflow", "batch"),
  }),
  fc.record({ join: pick }),
);

const commands: Readonly<Record<Command["type"], { weight: number; arbitrary: fc.Arbitrary<Command> }>> = {
  enqueue: {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant("enqueue"),
      jobs: fc.array(job, { maxLength: 5, size: "max" }),
      workflow: maybe(2, run),
    }),
  },
  claim: {
    weight: 9,
    arbitrary: fc.record({
      type: fc.constant("claim"),
      limit: fc.noBias(fc.integer({ min: 0, max: 8 })),
      queues: fc.constantFrom(undefined, undefined, ["a"], ["b", "a"]),
      routes: fc.constantFrom(["command", "http"], ["command", "http"], ["http"]),
      workflow: maybe(8, pick),
      leaseMs,
      host: fc.constantFrom("here", "there"),
    }),
  },
  finish: {
    weight: 14,
    arbitrary: fc.record({
      type: fc.constant("finish"),
      finishes: fc.array(
        fc.record({ pick, ...end }),
        { minLength: 1, maxLength: 4, size: "max" },
      ),
    }),
  },
  heartbeat: {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant("heartbeat"),
      picks,
      leaseMs,
      note: fc.boolean(),
      checkpoint: fc.boolean(),
      steps: maybe(2, fc.array(fc.constantFrom("one", "two", "3"), { maxLength: 2 })),
    }),
  },
  rescue: {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant("rescue"),
      picks,
      end: fc.record(end),
      late: fc.boolean(),
    }),
  },
  cancel: { weight: 3, arbitrary: fc.record({ type: fc.constant("cancel"), picks }) },
  requeue: {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant("requeue"),
      picks: fc.array(pick, { minLength: 1, maxLength: 8, size: "max" }),
      fresh: fc.boolean(),
      canaries: fc.constantFrom(0, 0, 1, 1, 1, 2),
    }),
  },
  dismiss: { weight: 1, arbitrary: fc.record({ type: fc.constant("dismiss"), picks }) },
  mute: {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant("mute"),
      picks,
      until: fc.constantFrom(null, 50, Infinity),
    }),
  },
  crash: { weight: 1, arbitrary: fc.record({ type: fc.constant("crash") }) },
  remove: { weight: 2, arbitrary: fc.record({ type: fc.constant("remove"), picks }) },
  log: {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant("log"), pick, seq: fc.integer({ min: 1, max: 1_000_000 }) }),
  },
  pause: {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant("pause"),
      queue: fc.constantFrom("a", "b"),
      paused: fc.constantFrom(false, false, true),
    }),
  },
  advance: {
    weight: 5,
    arbitrary: fc.record({ type: fc.constant("advance"), ms: fc.constantFrom(1, 9, 10, 11, 25, 60, 500) }),
  },
  ...scheduleCommands,
  step: {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant("step"),
      step: stepPlan,
      jobs: fc.array(job, { minLength: 1, maxLength: 3, size: "max" }),
    }),
  },
};

/** Sequences of commands, long enough for jobs to live several lives. */
export const sequences: fc.Arbitrary<Command[]> = fc.array(fc.oneof(...Object.values(commands)), {
  minLength: 1,
  maxLength: 80,
  size: "max",
});
