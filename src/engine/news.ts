/** What running jobs tell (output, progress, processes), gathered and passed on to the store in good time. */

import type { JobId } from "../core/job.ts";
import type { Json } from "../core/json.ts";
import type { Clock, LogStream } from "../core/ports.ts";
import type { Attempt, AttemptHost } from "./attempt.ts";
import type { Heartbeat } from "./heartbeat.ts";
import type { LogWriter } from "./log_writer.ts";
import type { EngineEvent } from "./options.ts";

const LOG_DELAY_MS = 200;
const PROGRESS_DELAY_MS = 500;
/** Processes that start together are registered together. */
const PROCESS_DELAY_MS = 5;
/** What is saved together is stored together; somebody waits for it. */
const SAVE_DELAY_MS = 2;
/** Longest wait between two tries. */
const RETRY_DELAY_MS = 1_000;

export interface NewsOptions {
  readonly clock: Clock;
  readonly held: ReadonlyMap<JobId, Attempt>;
  readonly location: string | null;
  /** Aborts at the end of the engine. */
  readonly signal: AbortSignal;
  readonly logs: LogWriter;
  readonly heartbeat: Heartbeat;
  readonly stopped: (attempt: Attempt) => void;
  readonly emit: ((event: EngineEvent) => void) | undefined;
}

/** The engine as its attempts see it. */
export class News implements AttemptHost {
  readonly #planned = new Map<number, Promise<void>>();

  constructor(private readonly options: NewsOptions) {}

  get location(): string | null {
    return this.options.location;
  }

  logged(attempt: Attempt, stream: LogStream, data: Uint8Array | string): void {
    const { logs, clock, emit } = this.options;
    const full = logs.write(attempt, stream, data, clock.now());
    emit?.({ type: "log", job: attempt.job, stream, data });
    if (full) void logs.flush().catch(() => this.#flushLogsLater());
    else this.#flushLogsLater();
  }

  progressed(attempt: Attempt, value: Json): void {
    this.options.emit?.({ type: "progress", job: attempt.job, value });
    void this.#plan(PROGRESS_DELAY_MS, () => this.#beat());
  }

  spawned(_attempt: Attempt): Promise<void> {
    return this.#plan(PROCESS_DELAY_MS, () => this.#beat());
  }

  saved(_attempt: Attempt): void {
    void this.#plan(SAVE_DELAY_MS, () => this.#beat());
  }

  stopped(attempt: Attempt): void {
    this.options.stopped(attempt);
  }

  /**
   * Passes on what these ended attempts said last, together with all output. The calls are made before this
   * returns. Never rejects: output is kept for the next time, and what an ended job said late is no loss.
   */
  async flush(ended: readonly Attempt[]): Promise<void> {
    const parts: Promise<void>[] = [];
    if (!this.options.logs.isEmpty) parts.push(this.options.logs.flush());
    const fresh = ended.filter((attempt) => attempt.hasLastWords);
    if (fresh.length > 0) parts.push(this.options.heartbeat.beat(fresh));
    if (parts.length > 0) await Promise.allSettled(parts);
  }

  #flushLogsLater(): void {
    void this.#plan(LOG_DELAY_MS, () => this.options.logs.flush());
  }

  #beat(): Promise<void> {
    const fresh = [...this.options.held.values()].filter((attempt) => attempt.fresh && !attempt.settled);
    return fresh.length === 0 ? Promise.resolve() : this.options.heartbeat.beat(fresh);
  }

  /** Runs an action once after the delay, however often it is asked for meanwhile. Tries again until it succeeds. */
  #plan(delayMs: number, action: () => Promise<void>): Promise<void> {
    const planned = this.#planned.get(delayMs) ?? this.#runLater(delayMs, action);
    this.#planned.set(delayMs, planned);
    return planned;
  }

  async #runLater(delayMs: number, action: () => Promise<void>): Promise<void> {
    const { clock, signal } = this.options;
    for (let waitMs = delayMs;; waitMs = Math.min(waitMs * 2, Math.max(delayMs, RETRY_DELAY_MS))) {
      await clock.sleep(waitMs, signal);
      this.#planned.delete(delayMs);
      if (signal.aborted) return;
      try {
        return await action();
      } catch {
        // A store that stays away is noticed, and reported, by the worker loop and the heartbeat.
      }
    }
  }
}
