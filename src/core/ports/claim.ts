/** Taking jobs: what a worker asks for and what it gets. */

import type { JobId, Policy } from "../job.ts";
import type { JsonObject } from "../json.ts";
import type { WorkerInfo } from "./owner.ts";

/** What a worker is ready to take. */
export interface ClaimRequest {
  /** Who asks, and will own what it gets. */
  readonly worker: WorkerInfo;
  /** At most so many jobs. */
  readonly limit: number;
  /** For how long the claim holds without a heartbeat. */
  readonly leaseMs: number;
  /** Only these queues; all when absent. Paused queues give nothing either way. */
  readonly queues?: readonly string[];
  /** What this worker can run: see `routeOf`. */
  readonly routes: readonly string[];
  /** Only jobs of this workflow run. */
  readonly workflow?: number;
}

/** A job in the hands of a worker. */
export interface ClaimedJob {
  /** Its id. */
  readonly id: JobId;
  /** The fencing token: `finish` and `heartbeat` must bring it back. */
  readonly attempt: number;
  /** Failures before this attempt. */
  readonly failures: number;
  /** `command`, `module`, `function`, `http`, or a custom kind. */
  readonly kind: string;
  /** Its label; `null` for none. */
  readonly name: string | null;
  /** The queue it came from. */
  readonly queue: string;
  /** Higher runs first. */
  readonly priority: number;
  /** What to run; its shape depends on the kind. */
  readonly payload: JsonObject;
  /** Retries, timeout and grace. */
  readonly policy: Policy;
  /** When it was submitted, in milliseconds since the epoch. */
  readonly createdAt: number;
  /** When it became ready; `startedAt - dueAt` is its wait. */
  readonly dueAt: number;
  /** When it was claimed, in milliseconds since the epoch. */
  readonly startedAt: number;
  /** See {@linkcode Job.firstStartedAt}. */
  readonly firstStartedAt: number;
  /** Id of its workflow run; `null` outside of one. */
  readonly workflow: number | null;
  /** Name within its workflow; `null` outside of one. */
  readonly step: string | null;
  /** Whether `parents` has something to tell. */
  readonly hasParents: boolean;
  /** Whether `checkpoints` has something to tell. */
  readonly hasCheckpoint: boolean;
}

/** What a claim came to. */
export interface Claim {
  /** In the order in which they should start; empty when nothing is ready. */
  readonly jobs: readonly ClaimedJob[];
  /** Earliest time at which a scheduled job within the request becomes ready; `null` when there is none. */
  readonly nextAt: number | null;
  /** The same for jobs that wait for a retry (those with an attempt behind them). */
  readonly nextRetryAt: number | null;
}
