/** What runs the bodies of jobs, one runner a kind. */

import type { JobError } from "../job.ts";
import type { Json } from "../json.ts";
import type { ClaimedJob } from "./claim.ts";
import type { Usage } from "./finish.ts";
import type { LogStream } from "./log.ts";
import type { ProcessInfo } from "./owner.ts";
import type { Parent } from "./parent.ts";

/** Why a running attempt is told to stop: the `reason` of the signal in {@linkcode RunContext}. */
export type StopReason = "timeout" | "cancel" | "shutdown" | "lost";

/** What a runner may use while it runs one attempt. */
export interface RunContext {
  /** Aborts when the attempt must stop; `signal.reason` is a {@linkcode StopReason}. */
  readonly signal: AbortSignal;
  /** Aborts when the time to stop politely is over: end it now. */
  readonly kill: AbortSignal;
  /** How the jobs ended that this one came after, in the order of its dependencies. */
  readonly parents: readonly Parent[];
  /** Location of the store, for `GIGQ_DB`; `null` when it cannot be shared. */
  readonly location: string | null;
  /** Adds to the attempt's output; text is stored as UTF-8. */
  log(stream: LogStream, data: Uint8Array | string): void;
  /** Records how far the attempt is; what others see is written at the next heartbeat. */
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
