/** One attempt in the hands of this worker: what its runner sees of the engine, and how it is told to stop. */

import type { Json } from "../core/json.ts";
import type {
  Beat,
  ClaimedJob,
  Finish,
  LogStream,
  Parent,
  ProcessInfo,
  RunContext,
  StopReason,
} from "../core/ports.ts";
import type { LogSink } from "./log_sink.ts";

/** What an attempt needs from the engine. */
export interface AttemptHost {
  readonly location: string | null;
  logged(attempt: Attempt, stream: LogStream, data: Uint8Array | string): void;
  progressed(attempt: Attempt, value: Json): void;
  spawned(attempt: Attempt): Promise<void>;
  /** Called once, when it was told to stop. */
  stopped(attempt: Attempt): void;
}

const NO_PARENTS: readonly Parent[] = [];

/**
 * Signals are made when somebody asks for them: most small jobs never do, and an `AbortController` costs more
 * than running them.
 */
export class Attempt implements RunContext {
  parents: readonly Parent[] = NO_PARENTS;
  /** Until when the claim holds, as far as this worker knows: by the steady clock, which nobody sets. */
  leaseUntil: number;
  /** Why it was told to stop; the first reason stays. */
  stopReason: StopReason | null = null;
  /** It was told to end at once. */
  killed = false;
  /** Its body has ended (or was given up). */
  settled = false;
  /** The outcome on its way to the store. */
  finish: Finish | null = null;
  sink: LogSink | null = null;
  /** Ends the waits that belong to this attempt, such as its timeout. */
  timers: AbortController | null = null;
  #stop: AbortController | null = null;
  #kill: AbortController | null = null;
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

  /** Whether there is progress or a process that the store has not heard of. */
  get fresh(): boolean {
    return this.#fresh;
  }

  /** Whether there is progress that the store has not heard of. */
  get hasProgress(): boolean {
    return this.#fresh && this.#progress !== undefined;
  }

  /** The next sign of life; afterwards nothing is fresh. */
  beat(): Beat {
    const { id, attempt } = this.job;
    if (!this.#fresh) return { id, attempt };
    this.#fresh = false;
    return {
      id,
      attempt,
      ...(this.#progress === undefined ? {} : { progress: this.#progress }),
      ...(this.#process === null ? {} : { process: this.#process }),
    };
  }

  /** The last beat did not arrive: send its news again. */
  unheard(): void {
    this.#fresh = this.#progress !== undefined || this.#process !== null;
  }

  /** Asks the body to stop. Later reasons change nothing, except that `lost` wins: then nothing is recorded. */
  stop(reason: StopReason): void {
    if (this.settled) return;
    if (this.stopReason !== null) {
      if (reason === "lost") this.stopReason = reason;
      return;
    }
    this.stopReason = reason;
    this.#stop?.abort(reason);
    this.host.stopped(this);
  }

  /** Ends the body now. Only after {@linkcode Attempt.stop}. */
  killNow(): void {
    if (this.settled || this.killed) return;
    this.killed = true;
    this.#kill?.abort(this.stopReason);
  }
}
