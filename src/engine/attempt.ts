/** One attempt in the hands of this worker: what its runner sees of the engine, and how it is told to stop. */

import { LostError } from "../core/errors.ts";
import type { Checkpoint } from "../core/job.ts";
import type { Json } from "../core/json.ts";
import type {
  Beat,
  BeatReply,
  ClaimedJob,
  Finish,
  LogStream,
  Parent,
  ProcessInfo,
  RunContext,
  Savings,
  StopReason,
} from "../core/ports.ts";
import type { LogSink } from "./log_sink.ts";
import { type Batch, Saver } from "./saver.ts";

/** What an attempt needs from the engine. */
export interface AttemptHost {
  readonly location: string | null;
  logged(attempt: Attempt, stream: LogStream, data: Uint8Array | string): void;
  progressed(attempt: Attempt, value: Json): void;
  spawned(attempt: Attempt): Promise<void>;
  saved(attempt: Attempt): void;
  /** Called once, when it was told to stop. */
  stopped(attempt: Attempt): void;
}

const NO_PARENTS: readonly Parent[] = [];
const NO_SECRETS: Readonly<Record<string, string>> = {};

/**
 * Signals are made when somebody asks for them: most small jobs never do, and an `AbortController` costs more
 * than running them.
 */
export class Attempt implements RunContext {
  parents: readonly Parent[] = NO_PARENTS;
  checkpoint: Checkpoint | null = null;
  /** The engine hands out the values only through a context that masks them. */
  readonly secrets = NO_SECRETS;
  /** Until when the claim holds, as far as this worker knows: by the steady clock, which nobody sets. */
  leaseUntil: number;
  /** Why it was told to stop; the first reason stays. */
  stopReason: StopReason | null = null;
  /** Its runner was called: from now on something of it may run. */
  started = false;
  /** It was told to end at once. */
  killed = false;
  /** Its body has ended (or was given up). */
  settled = false;
  /** The outcome on its way to the store. */
  finish: Finish | null = null;
  /** The outcome was sent, and no answer came: the store may have taken it. */
  isInDoubt = false;
  sink: LogSink | null = null;
  /** Ends the waits that belong to this attempt, such as its timeout. */
  timers: AbortController | null = null;
  #stop: AbortController | null = null;
  #kill: AbortController | null = null;
  #warning: AbortController | null = null;
  #warned = false;
  #look: (() => void) | null = null;
  #saver: Saver | null = null;
  /** Beats under way that carry something saved. */
  readonly #carrying = new Map<Beat, Batch>();
  #process: ProcessInfo | null = null;
  #progress: Json | undefined = undefined;
  #fresh = false;

  /** @param since When it was claimed, by the steady clock */
  constructor(
    public job: ClaimedJob,
    private readonly host: AttemptHost,
    readonly since: number,
    leaseMs: number,
  ) {
    this.leaseUntil = since + leaseMs;
  }

  get location(): string | null {
    return this.host.location;
  }

  get signal(): AbortSignal {
    if (this.#stop === null) {
      this.#stop = new AbortController();
      if (this.stopReason !== null) this.#stop.abort(this.stopReason);
    }
    return this.#stop.signal;
  }

  get kill(): AbortSignal {
    if (this.#kill === null) {
      this.#kill = new AbortController();
      if (this.killed) this.#kill.abort(this.stopReason);
    }
    return this.#kill.signal;
  }

  get warning(): AbortSignal {
    if (this.#warning === null) {
      this.#warning = new AbortController();
      if (this.#warned) this.#warning.abort();
    }
    return this.#warning.signal;
  }

  log(stream: LogStream, data: Uint8Array | string): void {
    if (!this.settled) this.host.logged(this, stream, data);
  }

  progress(value: Json): void {
    if (this.settled) return;
    this.#progress = value;
    this.#fresh = true;
    this.host.progressed(this, value);
  }

  process(info: ProcessInfo): Promise<void> {
    this.#process = info;
    this.#fresh = true;
    return this.host.spawned(this);
  }

  beforeBeat(look: () => void): void {
    this.#look = look;
  }

  /** A heartbeat is about to be made. */
  look(): void {
    if (!this.settled) this.#look?.();
  }

  save(savings: Savings): Promise<void> {
    if (this.stopReason === "lost") return Promise.reject(lost());
    if (this.settled) {
      return Promise.reject(new Error("The attempt has ended: nothing can be saved any more"));
    }
    try {
      this.#saver ??= new Saver(this.checkpoint);
      const saved = this.#saver.add(savings);
      this.host.saved(this);
      return saved;
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Whether there is something that the store has not heard of and can hear now. */
  get fresh(): boolean {
    return this.#fresh || (this.#saver?.ready ?? false);
  }

  /** Whether the store must hear something before it hears that the attempt has ended. */
  get hasLastWords(): boolean {
    // Completing a job deletes what was saved.
    const unsaved = this.finish?.outcome.type !== "completed" && (this.#saver?.unsaved ?? false);
    return unsaved || (this.#fresh && this.#progress !== undefined);
  }

  /** The next sign of life; afterwards nothing is fresh. */
  beat(): Beat {
    const { id, attempt } = this.job;
    const batch = this.#saver?.take(this.settled) ?? null;
    if (!this.#fresh && batch === null) return { id, attempt };
    const beat: Beat = {
      id,
      attempt,
      ...(!this.#fresh || this.#progress === undefined ? {} : { progress: this.#progress }),
      ...(!this.#fresh || this.#process === null ? {} : { process: this.#process }),
      ...(batch === null ? {} : toNews(batch)),
    };
    this.#fresh = false;
    if (batch !== null) this.#carrying.set(beat, batch);
    return beat;
  }

  /** A beat arrived, and this was the answer. */
  heard(beat: Beat, state: BeatReply["state"]): void {
    const batch = this.#carrying.get(beat);
    if (batch === undefined) return;
    this.#carrying.delete(beat);
    if (state === "lost") return this.#saver?.refuse(lost());
    this.#saver?.heard(batch);
    if (this.#saver?.ready && !this.settled) this.host.saved(this);
  }

  /** A beat did not arrive: its news go with the next one. */
  unheard(beat: Beat): void {
    const batch = this.#carrying.get(beat);
    if (batch !== undefined) {
      this.#carrying.delete(beat);
      this.#saver?.unheard(batch);
    }
    this.#fresh = this.#progress !== undefined || this.#process !== null;
  }

  /** The time before the timeout at which its policy asks for a signal has come. */
  warn(): void {
    if (this.settled || this.stopReason !== null) return;
    this.#warned = true;
    this.#warning?.abort();
  }

  /** Asks the body to stop. Later reasons change nothing, except that `lost` wins: then nothing is recorded. */
  stop(reason: StopReason): void {
    if (this.settled) return;
    if (this.stopReason !== null) {
      if (reason === "lost") this.#lose();
      return;
    }
    this.stopReason = reason;
    if (reason === "lost") this.#lose();
    this.#stop?.abort(reason);
    this.host.stopped(this);
  }

  /** Ends the body now. Only after {@linkcode Attempt.stop}. */
  killNow(): void {
    if (this.settled || this.killed) return;
    this.killed = true;
    this.#kill?.abort(this.stopReason);
  }
  #lose(): void {
    this.stopReason = "lost";
    this.#saver?.refuse(lost());
  }
}

function lost(): LostError {
  return new LostError("Another attempt owns this job by now");
}

function toNews({ savings: { checkpoint, steps } }: Batch): Pick<Beat, "checkpoint" | "steps"> {
  return {
    ...checkpoint === undefined ? {} : { checkpoint },
    ...steps.size === 0 ? {} : { steps: Object.fromEntries(steps) },
  };
}
