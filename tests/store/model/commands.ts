/** Random commands. Jobs are named by a number that is only later, modulo what there is, a job. */

import fc from "fast-check";
import type { Rule } from "../../../src/core/job.ts";

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

export type OutcomePlan = "completed" | "failed" | "retry" | "cancelled" | "released";

export type Command =
  | { readonly type: "enqueue"; readonly jobs: readonly JobPlan[]; readonly workflow: boolean }
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
    readonly finishes: readonly {
      readonly pick: Pick;
      readonly outcome: OutcomePlan;
      readonly delay: number;
    }[];
  }
  | {
    readonly type: "heartbeat";
    readonly picks: readonly Pick[];
    readonly leaseMs: number;
    readonly note: boolean;
  }
  | {
    readonly type: "rescue";
    readonly picks: readonly Pick[];
    readonly delay: number | null;
    /** Acts on leases as they were seen some steps ago. */
    readonly late: boolean;
  }
  | { readonly type: "cancel" | "requeue" | "remove"; readonly picks: readonly Pick[] }
  | { readonly type: "log"; readonly pick: Pick; readonly seq: number }
  | { readonly type: "pause"; readonly queue: "a" | "b"; readonly paused: boolean }
  | { readonly type: "advance"; readonly ms: number };

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

const commands: Readonly<Record<Command["type"], { weight: number; arbitrary: fc.Arbitrary<Command> }>> = {
  enqueue: {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant("enqueue"),
      jobs: fc.array(job, { maxLength: 5, size: "max" }),
      workflow: fc.boolean(),
    }),
  },
  claim: {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant("claim"),
      limit: fc.noBias(fc.integer({ min: 0, max: 6 })),
      queues: fc.constantFrom(undefined, undefined, ["a"], ["b", "a"]),
      routes: fc.constantFrom(["command", "http"], ["command", "http"], ["http"]),
      workflow: maybe(8, pick),
      leaseMs,
      host: fc.constantFrom("here", "there"),
    }),
  },
  finish: {
    weight: 8,
    arbitrary: fc.record({
      type: fc.constant("finish"),
      finishes: fc.array(
        fc.record({
          pick,
          outcome: fc.constantFrom<OutcomePlan>(
            "completed",
            "completed",
            "failed",
            "retry",
            "cancelled",
            "released",
          ),
          delay: fc.constantFrom(0, 10, 30),
        }),
        { minLength: 1, maxLength: 4, size: "max" },
      ),
    }),
  },
  heartbeat: {
    weight: 2,
    arbitrary: fc.record({ type: fc.constant("heartbeat"), picks, leaseMs, note: fc.boolean() }),
  },
  rescue: {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant("rescue"),
      picks,
      delay: maybe(2, fc.constantFrom(0, 10)),
      late: fc.boolean(),
    }),
  },
  cancel: { weight: 3, arbitrary: fc.record({ type: fc.constant("cancel"), picks }) },
  requeue: { weight: 3, arbitrary: fc.record({ type: fc.constant("requeue"), picks }) },
  remove: { weight: 2, arbitrary: fc.record({ type: fc.constant("remove"), picks }) },
  log: {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant("log"), pick, seq: fc.integer({ min: 1, max: 1_000_000 }) }),
  },
  pause: {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant("pause"),
      queue: fc.constantFrom("a", "b"),
      paused: fc.boolean(),
    }),
  },
  advance: {
    weight: 5,
    arbitrary: fc.record({ type: fc.constant("advance"), ms: fc.constantFrom(1, 9, 10, 11, 25, 60, 500) }),
  },
};

/** Sequences of commands, long enough for jobs to live several lives. */
export const sequences: fc.Arbitrary<Command[]> = fc.array(fc.oneof(...Object.values(commands)), {
  minLength: 1,
  maxLength: 80,
  size: "max",
});
