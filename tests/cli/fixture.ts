/** A queue in a temporary folder, with jobs in every state, and the command line run on it in this process. */

import type { Clock, Outcome, WorkerInfo } from "../../src/core/ports.ts";
import { runCli } from "../../src/cli/run.ts";
import type { JobError, JobId } from "../../src/core/job.ts";
import { routeOf } from "../../src/core/job.ts";
import { JobQueue } from "../../src/library/queue.ts";
import { type FakeOptions, fakeTerminal } from "./fake_terminal.ts";

/** When all these tests happen. */
export const NOW = Date.UTC(2026, 0, 31, 22, 0, 0);

const WORKER: WorkerInfo = { id: "box-1-a", host: "box", boot: null, pid: 1, pidStart: null };

/** What one run of the command line gave. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the command line in this process. */
export async function gigq(
  argv: readonly string[],
  options: FakeOptions & { readonly cwd?: string } = {},
): Promise<Ran> {
  const terminal = fakeTerminal({ now: () => NOW, ...options });
  const code = await runCli(argv, terminal, options.cwd ?? "/nowhere");
  return { code, out: terminal.written(), err: terminal.told() };
}

/** A queue for one test; the clock stands at {@linkcode NOW} until it is moved. */
export class QueueFixture implements AsyncDisposable {
  readonly folder: string;
  readonly db: string;
  readonly queue: JobQueue;
  readonly #clock: { now: number };

  private constructor(folder: string, db: string, queue: JobQueue, clock: { now: number }) {
    this.folder = folder;
    this.db = db;
    this.queue = queue;
    this.#clock = clock;
  }

  static async open(): Promise<QueueFixture> {
    const folder = await Deno.makeTempDir({ prefix: "gigq-cli-" });
    const time = { now: NOW };
    const clock: Clock = { now: () => time.now, sleep: () => Promise.resolve() };
    const db = `${folder}/gigq.db`;
    return new QueueFixture(folder, db, await JobQueue.open(db, { driver: "builtin", clock }), time);
  }

  /** Does something so many milliseconds before {@linkcode NOW}. */
  async before<T>(ms: number, work: () => Promise<T>): Promise<T> {
    this.#clock.now = NOW - ms;
    try {
      return await work();
    } finally {
      this.#clock.now = NOW;
    }
  }

  /** Starts the next ready job of a command; `null` when there is none. */
  async start(): Promise<{ id: JobId; attempt: number } | null> {
    const routes = [routeOf({ kind: "command", payload: {} })];
    const request = { worker: WORKER, limit: 1, leaseMs: 30_000, routes };
    const { jobs } = await this.queue.store.claim(request, this.queue.now());
    return jobs[0] ?? null;
  }

  /** Starts the next job and ends it so. */
  async finish(outcome: Outcome, exitCode: number | null = null): Promise<JobId> {
    const job = (await this.start())!;
    const usage = { wallMs: 1_500, cpuMs: 900, maxRssBytes: 3_000_000, exitCode, signal: null };
    await this.queue.store.finish([{ id: job.id, attempt: job.attempt, outcome, usage }], this.queue.now());
    return job.id;
  }

  /** Runs the command line on this queue. */
  gigq(argv: readonly string[], options: FakeOptions = {}): Promise<Ran> {
    return gigq(argv, { ...options, env: { GIGQ_DB: this.db, ...options.env } });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.queue.close();
    await Deno.remove(this.folder, { recursive: true });
  }
}

/** The end of a job for good, a dead letter: failures with the same first letter have the same cause. */
export function failure(message: string, error: Partial<JobError> = {}): Outcome {
  return {
    type: "failed",
    reason: "error",
    error: { class: "Error", message, fingerprint: message[0]!, ...error },
    retryAt: null,
    dead: true,
    decision: { action: "dead", by: "attempts", rule: null, number: null, delayMs: null, delayBy: null },
  };
}

/** The end of a command with a bad exit code. */
export const FAILED: Outcome = {
  type: "failed",
  reason: "exit",
  error: { class: "ExitError", message: "exit code 3" },
  retryAt: null,
};
