/** What runs the bodies of jobs, one runner a kind. */

import type { Checkpoint, JobError } from "../job.ts";
import type { Json } from "../json.ts";
import type { ClaimedJob } from "./claim.ts";
import type { Usage } from "./finish.ts";
import type { LogStream } from "./log.ts";
import type { ProcessInfo } from "./owner.ts";
import type { Parent } from "./parent.ts";

/** Why a running attempt is told to stop: the `reason` of the signal in {@linkcode RunContext}. */
export type StopReason = "timeout" | "cancel" | "shutdown" | "lost";

/** What an attempt leaves to the next one. */
export interface Savings {
  /** Takes the place of what was saved before; absent: that stays. */
  readonly checkpoint?: Json;
  /** Results of steps by key, added to those that are stored. */
  readonly steps?: Readonly<Record<string, Json>>;
}

/** What a runner may use while it runs one attempt. */
export interface RunContext {
  /** Aborts when the attempt must stop; `signal.reason` is a {@linkcode StopReason}. */
  readonly signal: AbortSignal;
  /** Aborts when the time to stop politely is over: end it now. */
  readonly kill: AbortSignal;
  /** Aborts some time before the timeout, where the policy asks for a signal then. */
  readonly warning: AbortSignal;
  /** How the jobs ended that this one came after, in the order of its dependencies. */
  readonly parents: readonly Parent[];
  /** What earlier attempts saved; `null` for nothing. */
  readonly checkpoint: Checkpoint | null;
  /** The values of the secrets that the job declares, by name. Whatever is said through this context masks them. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Location of the store, for `GIGQ_DB`; `null` when it cannot be shared. */
  readonly location: string | null;
  /** Adds to the attempt's output; text is stored as UTF-8. */
  log(stream: LogStream, data: Uint8Array | string): void;
  /** Records how far the attempt is; what others see is written at the next heartbeat. */
  progress(value: Json): void;
  /**
   * Saves something for the next attempt: the checkpoint, results of steps, or both. Resolves once it is stored.
   *
   * @throws {LostError} When another attempt owns the job by now
   * @throws {DataError} When it is not JSON, or more than is allowed
   */
  save(news: Savings): Promise<void>;
  /** Calls back before each heartbeat, for what is to go with it. */
  beforeBeat(look: () => void): void;
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
      /** The wait before the next attempt that this one asks for; absent: as the policy says. */
      readonly retryAfterMs?: number;
    }
  )
  & {
    readonly usage?: Partial<Usage>;
    /**
     * Something of the attempt could not be ended and may still be running: whatever failed is neither tried again
     * nor given back.
     */
    readonly notStopped?: boolean;
  };

/** Runs the body of one kind of job. Register your own with a `Worker` to add a kind. */
export interface Runner {
  /** The kind of jobs it runs. */
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
