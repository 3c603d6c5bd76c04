/** What the engine needs from the outside world. Adapters implement these; nothing above knows which. */

import type { Attempt, FailReason, Job, JobError, JobId, NewJob, Policy, Rule, Status } from "./job.ts";
import type { Json, JsonObject } from "./json.ts";

/** The time, and a way to wait for it. Tests bring one that they turn by hand. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Resolves after `ms`, or at once when `signal` aborts; never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** A number in [0, 1), uniformly. */
export type Random = () => number;

/** Who claims jobs. Stored, so that whoever rescues a job knows what became of its owner. */
export interface WorkerInfo {
  /** Unique to one worker for all time, such as `mybox-4242-9f3c`. */
  readonly id: string;
  readonly host: string;
  /** Changes whenever the host starts; `null` where the platform does not tell. */
  readonly boot: string | null;
  readonly pid: number;
  /** When the process started, in the platform's own unit; tells a reused pid apart. `null` where unknown. */
  readonly pidStart: string | null;
}

/** A process group that runs one attempt. */
export interface ProcessInfo {
  readonly pid: number;
  /** See {@linkcode WorkerInfo.pidStart}. */
  readonly pidStart: string | null;
}

/** What differs between stores. Callers ask these flags and never for a store's name. */
export interface Capabilities {
  /** Survives the end of the process. */
  readonly durable: boolean;
  /** Several processes can use it at once. */
  readonly shared: boolean;
}

/** A workflow run to be stored together with its jobs. */
export interface NewWorkflow {
  readonly name: string;
  /** Same file and same params give the same key; `null` for no such identity. */
  readonly key: string | null;
  readonly params: JsonObject;
}

/** A stored workflow run. */
export interface WorkflowRun {
  readonly id: number;
  readonly name: string;
  readonly key: string | null;
  readonly params: JsonObject;
  readonly createdAt: number;
  /** Its jobs by status; statuses with no job are absent. */
  readonly counts: Readonly<Partial<Record<Status, number>>>;
}

/** Which jobs. All given members must hold; an empty selector means every job. */
export interface Selector {
  readonly ids?: readonly JobId[];
  readonly statuses?: readonly Status[];
  readonly queues?: readonly string[];
  readonly kinds?: readonly string[];
  /** Exact name, or a pattern with `*` for any run of characters. */
  readonly name?: string;
  readonly tag?: string;
  readonly workflow?: number;
  /** Finished before this time. */
  readonly finishedBefore?: number;
  /** Only ids below (`desc`) or above (`asc`) this one: the cursor for the next page. */
  readonly cursor?: JobId;
  /** Default `asc`: oldest first. */
  readonly order?: "asc" | "desc";
  /** At most so many; default all. */
  readonly limit?: number;
}

/** What became of one job of an `enqueue`. */
export interface Enqueued {
  readonly id: JobId;
  /** `false` when a job with the same unique key was there already; `id` is then that job. */
  readonly created: boolean;
}

export interface ClaimRequest {
  readonly worker: WorkerInfo;
  readonly limit: number;
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
  readonly id: JobId;
  /** The fencing token: `finish` and `heartbeat` must bring it back. */
  readonly attempt: number;
  /** Failures before this attempt. */
  readonly failures: number;
  readonly kind: string;
  readonly name: string | null;
  readonly queue: string;
  readonly priority: number;
  readonly payload: JsonObject;
  readonly policy: Policy;
  readonly createdAt: number;
  /** When it became ready; `startedAt - dueAt` is its wait. */
  readonly dueAt: number;
  readonly startedAt: number;
  readonly workflow: number | null;
  readonly step: string | null;
  /** Whether `parents` has something to tell. */
  readonly hasParents: boolean;
}

export interface Claim {
  readonly jobs: readonly ClaimedJob[];
  /** Earliest time at which a scheduled job within the request becomes ready; `null` when there is none. */
  readonly nextAt: number | null;
  /** The same for jobs that wait for a retry (those with an attempt behind them). */
  readonly nextRetryAt: number | null;
}

/** How an attempt ended, which alone decides what `finish` does. */
export type Outcome =
  | { readonly type: "completed"; readonly result: Json }
  | {
    readonly type: "failed";
    readonly reason: FailReason;
    readonly error: JobError | null;
    /** When to try again; `null` ends the job as failed. Costs one failure either way. */
    readonly retryAt: number | null;
  }
  | { readonly type: "cancelled"; readonly error: JobError | null }
  /** Given back untouched at shutdown: ready again, no failure. */
  | { readonly type: "released" };

/** Figures of one attempt, as far as the runner knows them. */
export interface Usage {
  readonly wallMs: number | null;
  readonly cpuMs: number | null;
  readonly maxRssBytes: number | null;
  readonly exitCode: number | null;
  readonly signal: string | null;
}

export interface Finish {
  readonly id: JobId;
  readonly attempt: number;
  readonly outcome: Outcome;
  readonly usage: Usage;
}

export interface Finished {
  readonly id: JobId;
  /** `false`: this attempt no longer owned the job, and nothing was changed. */
  readonly accepted: boolean;
  /** The job's status now; `null` when there is no such job. */
  readonly status: Status | null;
}

/** Sign of life of one running attempt. */
export interface Beat {
  readonly id: JobId;
  readonly attempt: number;
  readonly progress?: Json;
  readonly process?: ProcessInfo;
}

export interface BeatReply {
  readonly id: JobId;
  /** `cancel`: somebody asked for it to stop · `lost`: another attempt owns it, stop without finishing. */
  readonly state: "held" | "cancel" | "lost";
}

/** A running attempt as others see it. */
export interface Lease {
  readonly id: JobId;
  readonly attempt: number;
  readonly failures: number;
  readonly policy: Policy;
  readonly leaseUntil: number;
  readonly worker: WorkerInfo | null;
  readonly process: ProcessInfo | null;
}

export interface Rescue {
  readonly id: JobId;
  readonly attempt: number;
  /** As seen in {@linkcode Lease}: a heartbeat since then makes the rescue void. */
  readonly leaseUntil: number;
  /** When to try again; `null` ends the job as failed, reason `lost`. */
  readonly retryAt: number | null;
}

/** What became of one id of a `cancel`, `requeue` or `remove`. */
export interface Change {
  readonly id: JobId;
  /** `requested`: it is running and will be told · `refused`: its status does not allow it · `missing`: no such job. */
  readonly result: "done" | "requested" | "refused" | "missing";
  /** The status before; `null` when missing. */
  readonly status: Status | null;
}

/** How a parent ended, as its child sees it. */
export interface Parent {
  readonly id: JobId;
  readonly step: string | null;
  readonly name: string | null;
  readonly on: Rule;
  readonly status: Status;
  readonly result: Json;
  readonly error: JobError | null;
}

export type LogStream = "stdout" | "stderr" | "log";

/** A piece of an attempt's output. */
export interface LogChunk {
  readonly id: JobId;
  readonly attempt: number;
  /** Rises within an attempt. */
  readonly seq: number;
  readonly stream: LogStream;
  readonly at: number;
  readonly data: Uint8Array;
}

export interface LogQuery {
  /** Default: the latest attempt that left output. */
  readonly attempt?: number;
  /** Only chunks after this `seq`. */
  readonly after?: number;
  readonly stream?: LogStream;
  /** At most so many chunks. */
  readonly limit?: number;
}

export interface QueueStats {
  readonly paused: boolean;
  readonly statuses: Readonly<Partial<Record<Status, number>>>;
}

export interface Stats {
  readonly total: number;
  /** Every status, zeros included. */
  readonly statuses: Readonly<Record<Status, number>>;
  readonly queues: Readonly<Record<string, QueueStats>>;
}

/**
 * Where jobs live. The verbs take and return batches, are atomic each, and take `now` from the caller:
 * no store reads a clock. Every store passes the one contract suite in `src/testing/contract/`.
 *
 * When a job becomes final, in the same step each child's edge is settled (`satisfies` in `transitions.ts`):
 * satisfied edges count `waitingOn` down and at zero the child becomes `ready` (or `scheduled` when its time is
 * still to come); an edge that is not satisfied makes a `blocked` child `skipped`, which settles the child's own
 * children, and so on.
 */
export interface Store {
  readonly capabilities: Capabilities;

  /**
   * Stores jobs, and a workflow run around them, all or nothing. Durable before it resolves.
   * A job starts `blocked` with open dependencies, `scheduled` with a `runAt` after `now`, else `ready`; one
   * whose parent already ended the wrong way starts `skipped`.
   *
   * @throws {NotFoundError} When a dependency names a job that does not exist
   */
  enqueue(
    batch: { readonly jobs: readonly NewJob[]; readonly workflow?: NewWorkflow },
    now: number,
  ): Promise<{ readonly jobs: readonly Enqueued[]; readonly workflow: number | null }>;

  /**
   * Hands out ready jobs: higher priority first, then lower id, among all queues asked for. Jobs whose time has
   * come are made ready first, and jobs past `expiresAt` fail with reason `expired` instead of being handed out.
   */
  claim(request: ClaimRequest, now: number): Promise<Claim>;

  /**
   * Ends attempts. Only the owner of (id, `running`, attempt) is heard. A failed attempt of a job whose cancel
   * was requested ends as `cancelled`, and so does a released one.
   */
  finish(finishes: readonly Finish[], now: number): Promise<readonly Finished[]>;

  /** Extends leases to `now + leaseMs`, and records progress and processes. */
  heartbeat(beats: readonly Beat[], leaseMs: number, now: number): Promise<readonly BeatReply[]>;

  /** Running attempts whose lease ended at or before `expiredBy`, or that belong to workers on `host`. */
  leases(filter: { readonly expiredBy?: number; readonly host?: string }): Promise<readonly Lease[]>;

  /**
   * Takes jobs from owners that are gone; outcome `lost`, one failure. A job whose cancel was requested ends as
   * `cancelled` instead. Returns those taken.
   */
  rescue(rescues: readonly Rescue[], now: number): Promise<readonly JobId[]>;

  /** Ends pending jobs as `cancelled`; asks running ones to stop (their worker hears it at its next heartbeat). */
  cancel(ids: readonly JobId[], now: number): Promise<readonly Change[]>;

  /**
   * Runs final jobs once more with a fresh budget of attempts (`failures` 0) and no result or error. A job whose
   * parents (as they stand after this call) are not final becomes `blocked` again; one whose edge cannot be
   * satisfied is refused, as is one whose unique key another job holds by now.
   */
  requeue(ids: readonly JobId[], now: number): Promise<readonly Change[]>;

  /** Deletes final jobs with their history. One that an unfinished job depends on is refused. */
  remove(ids: readonly JobId[]): Promise<readonly Change[]>;

  list(selector: Selector): Promise<readonly Job[]>;
  /** How many jobs match; `limit`, `order` and `cursor` are ignored. */
  count(selector: Selector): Promise<number>;
  /** Oldest first; the running attempt last, with outcome `running`. */
  attempts(id: JobId): Promise<readonly Attempt[]>;
  /** The parents of each job, in the order of its dependencies. */
  parents(ids: readonly JobId[]): Promise<ReadonlyMap<JobId, readonly Parent[]>>;
  /** The ids of jobs that depend on any of these, directly. */
  children(ids: readonly JobId[]): Promise<readonly JobId[]>;

  appendLog(chunks: readonly LogChunk[]): Promise<void>;
  readLog(id: JobId, query?: LogQuery): Promise<readonly LogChunk[]>;

  stats(): Promise<Stats>;
  /** Stops (or resumes) handing out jobs of a queue; those running go on. */
  pause(queue: string, paused: boolean): Promise<void>;
  /** Workflow runs, newest first. */
  workflows(
    filter: { readonly id?: number; readonly name?: string; readonly key?: string; readonly limit?: number },
  ): Promise<readonly WorkflowRun[]>;

  /**
   * Yields whenever something may have changed, in this process or another; coalesces; ends when `signal` aborts.
   * A hint, never a promise: callers look for themselves.
   */
  watch(signal: AbortSignal): AsyncIterable<void>;
  close(): Promise<void>;
}

/** Why a running attempt is told to stop: the `reason` of the signal in {@linkcode RunContext}. */
export type StopReason = "timeout" | "cancel" | "shutdown" | "lost";

/** What a runner may use while it runs one attempt. */
export interface RunContext {
  /** Aborts when the attempt must stop; `signal.reason` is a {@linkcode StopReason}. */
  readonly signal: AbortSignal;
  /** Aborts when the time to stop politely is over: end it now. */
  readonly kill: AbortSignal;
  readonly parents: readonly Parent[];
  /** Location of the store, for `GIGQ_DB`; `null` when it cannot be shared. */
  readonly location: string | null;
  log(stream: LogStream, data: Uint8Array | string): void;
  progress(value: Json): void;
  /** Registers the process group, so that a rescuer can end it before a retry. */
  process(info: ProcessInfo): Promise<void>;
}

/** How a run ended by itself. A runner never throws for a job's failure. */
export type RunResult =
  & (
    | { readonly type: "completed"; readonly result: Json }
    | {
      readonly type: "failed";
      readonly reason: "error" | "exit" | "signal";
      readonly error: JobError | null;
      /** No retry, whatever the policy says. */
      readonly permanent?: boolean;
    }
  )
  & { readonly usage?: Partial<Usage> };

/** Runs the body of one kind of job. Register your own with a `Worker` to add a kind. */
export interface Runner {
  readonly kind: string;
  /** Routes to claim: see `routeOf`. For most runners this is `[kind]`. */
  readonly routes: readonly string[];
  /**
   * Runs one attempt to its end. After `context.signal` aborts it must settle soon, and after `context.kill`
   * at once; it settles only when nothing of the attempt is running any more.
   */
  run(job: ClaimedJob, context: RunContext): Promise<RunResult>;
  /** Ends what the runner keeps alive between jobs. */
  close?(): Promise<void>;
}
