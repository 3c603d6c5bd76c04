/** A context for runners under test: what they say is kept, and the test stops them by hand. */

import type { Checkpoint } from "../../src/core/job.ts";
import type { JsonObject } from "../../src/core/json.ts";
import { DEFAULT_BACKOFF } from "../../src/core/retry.ts";
import type {
  ClaimedJob,
  LogStream,
  Parent,
  ProcessInfo,
  RunContext,
  Runner,
  RunResult,
  StopReason,
} from "../../src/core/ports.ts";

export class TestContext implements RunContext {
  readonly #stop = new AbortController();
  readonly #kill = new AbortController();
  readonly signal = this.#stop.signal;
  readonly kill = this.#kill.signal;
  readonly #warn = new AbortController();
  readonly warning = this.#warn.signal;
  checkpoint: Checkpoint | null = null;
  readonly saved: unknown[] = [];
  readonly logs: { readonly stream: LogStream; readonly text: string }[] = [];
  readonly progressed: unknown[] = [];
  readonly #registered = Promise.withResolvers<ProcessInfo>();
  /** The process, once the runner has told. */
  readonly registered: Promise<ProcessInfo> = this.#registered.promise;
  #waiting: { readonly text: string; readonly resolve: () => void }[] = [];

  constructor(readonly parents: readonly Parent[] = [], readonly location: string | null = null) {}

  log(stream: LogStream, data: Uint8Array | string): void {
    this.logs.push({ stream, text: typeof data === "string" ? data : new TextDecoder().decode(data) });
    const all = this.text();
    for (const { text, resolve } of this.#waiting) if (all.includes(text)) resolve();
  }

  progress(value: unknown): void {
    this.progressed.push(value);
  }

  save(news: unknown): Promise<void> {
    this.saved.push(news);
    return Promise.resolve();
  }

  process(info: ProcessInfo): Promise<void> {
    this.#registered.resolve(info);
    return Promise.resolve();
  }

  /** What was logged, of one stream or all. */
  text(stream?: LogStream): string {
    return this.logs.filter((entry) => stream === undefined || entry.stream === stream).map(({ text }) =>
      text
    )
      .join("");
  }

  /** Resolves once this text was logged. */
  said(text: string): Promise<void> {
    if (this.text().includes(text)) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ text, resolve }));
  }

  stop(reason: StopReason): void {
    this.#stop.abort(reason);
  }

  /** The time before the timeout at which the policy asks for a signal. */
  warn(): void {
    this.#warn.abort();
  }

  end(): void {
    this.#kill.abort("timeout");
  }
}

export function claimed(kind: string, payload: JsonObject): ClaimedJob {
  return {
    id: 17,
    attempt: 2,
    failures: 0,
    kind,
    name: null,
    queue: "default",
    priority: 0,
    payload,
    policy: { maxAttempts: 1, backoff: DEFAULT_BACKOFF, timeoutMs: null, graceMs: 5_000 },
    createdAt: 0,
    dueAt: 0,
    startedAt: 0,
    firstStartedAt: 0,
    workflow: null,
    step: null,
    hasParents: false,
    hasCheckpoint: false,
  };
}

export function parent(values: Partial<Parent>): Parent {
  return {
    id: 1,
    step: null,
    name: null,
    on: "success",
    status: "completed",
    result: null,
    error: null,
    ...values,
  };
}

/** Runs one payload to its end. */
export function runOne(runner: Runner, payload: JsonObject, context = new TestContext()): Promise<RunResult> {
  return runner.run(claimed(runner.kind, payload), context);
}
