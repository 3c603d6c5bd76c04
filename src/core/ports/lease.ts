/** Keeping jobs: signs of life, and taking jobs from owners that give none. */

import type { JobId, Policy } from "../job.ts";
import type { Json } from "../json.ts";
import type { Outcome } from "./finish.ts";
import type { ProcessInfo, WorkerInfo } from "./owner.ts";

/** Sign of life of one running attempt. */
export interface Beat {
  /** The job. */
  readonly id: JobId;
  /** As it was claimed: the fencing token. */
  readonly attempt: number;
  /** How far it is; absent: as it was. */
  readonly progress?: Json;
  /** The process group that runs it; absent: as it was. */
  readonly process?: ProcessInfo;
  /** What the next attempt shall find; absent: as it was. */
  readonly checkpoint?: Json;
  /** Results of steps done since the last beat, by key: added to those that are stored. */
  readonly steps?: Readonly<Record<string, Json>>;
}

/** What a worker hears about one {@linkcode Beat}. */
export interface BeatReply {
  /** The job. */
  readonly id: JobId;
  /** `cancel`: somebody asked for it to stop · `lost`: another attempt owns it, stop without finishing. */
  readonly state: "held" | "cancel" | "lost";
}

/** A running attempt as others see it. */
export interface Lease {
  /** The job. */
  readonly id: JobId;
  /** Number of the running attempt. */
  readonly attempt: number;
  /** Failures before this attempt. */
  readonly failures: number;
  /** See {@linkcode Job.firstStartedAt}. */
  readonly firstStartedAt: number;
  /** `command`, `module`, `function`, `http`, or a custom kind. */
  readonly kind: string;
  /** Its label; `null` for none. */
  readonly name: string | null;
  /** The queue it came from. */
  readonly queue: string;
  /** Decides whether and when it is tried again. */
  readonly policy: Policy;
  /** When the claim ends without a further heartbeat, in milliseconds since the epoch. */
  readonly leaseUntil: number;
  /** Who owns it; `null` when nothing is known about the owner. */
  readonly worker: WorkerInfo | null;
  /** The process group that runs it; `null` when it registered none. */
  readonly process: ProcessInfo | null;
}

/** One job to take from an owner that is gone. */
export interface Rescue {
  /** The job. */
  readonly id: JobId;
  /** The attempt to end: another one makes the rescue void. */
  readonly attempt: number;
  /** As seen in {@linkcode Lease}: a heartbeat since then makes the rescue void. */
  readonly leaseUntil: number;
  /** How the lost attempt is to be recorded: mostly as failed, reason `lost`. */
  readonly outcome: Outcome;
}
