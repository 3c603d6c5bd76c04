/** What the worker's thread and a module's thread say to each other. */

import type { JobError, JobId } from "../../core/job.ts";
import type { Json } from "../../core/json.ts";
import type { Savings, StopReason } from "../../core/ports.ts";
import type { ParentResult } from "../job_context.ts";

/** To the module's thread. */
export type HostRequest =
  | {
    readonly type: "run";
    readonly url: string;
    readonly export: string;
    readonly id: JobId;
    readonly attempt: number;
    /** See `JobContext.scheduledAt`. */
    readonly scheduledAt: number | null;
    readonly params: Json;
    readonly parents: Readonly<Record<string, ParentResult>>;
    /** What earlier attempts saved. */
    readonly saved: Json;
    readonly steps: Readonly<Record<string, Json>>;
    readonly secrets: Readonly<Record<string, string>>;
  }
  /** Answers a `save` of the same number. */
  | { readonly type: "saved"; readonly request: number; readonly error: JobError | null }
  | { readonly type: "probe"; readonly url: string; readonly export: string }
  | { readonly type: "stop"; readonly reason: StopReason };

/** What is wrong with a module before its function runs. */
export type LoadProblem = "not found" | "import failed" | "no export" | "not a function";

/** From the module's thread. */
export type HostReply =
  | { readonly type: "log"; readonly stream: "stdout" | "stderr"; readonly text: string }
  | { readonly type: "progress"; readonly value: Json }
  /** `request` numbers what wants an answer, over all jobs of the thread. */
  | { readonly type: "save"; readonly request: number; readonly savings: Savings }
  /** `result` is JSON. */
  | { readonly type: "completed"; readonly result: string }
  /** `spoiled`: the thread cannot be trusted with another job. */
  | {
    readonly type: "failed";
    readonly error: JobError;
    readonly permanent: boolean;
    readonly spoiled: boolean;
    readonly retryAfterMs?: number;
    readonly problem?: LoadProblem;
  }
  /** Something that an earlier job left behind failed: no further job here. */
  | { readonly type: "spoiled" };
