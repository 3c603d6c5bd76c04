/** An engine over the memory store, with a clock to turn and bodies to end by hand. */

import type { NewJob, Policy } from "../../src/core/job.ts";
import type { ClaimedJob, RunContext, Runner, RunResult, Store, WorkerInfo } from "../../src/core/ports.ts";
import { Engine, type EngineEvent, type EngineOptions, type EngineReport } from "../../src/engine/engine.ts";
import { MemoryStore } from "../../src/store/memory/store.ts";
import { FakeClock, settle } from "../../src/testing/mod.ts";

export const WORKER: WorkerInfo = { id: "w1", host: "here", boot: "b1", pid: 100, pidStart: "1000" };

const POLICY: Policy = {
  maxAttempts: 1,
  backoff: { kind: "fixed", baseMs: 2_000, capMs: 60_000, jitter: "none" },
  timeoutMs: null,
  graceMs: 500,
};

/** A job of kind `test`. */
export function job(policy: Partial<Policy> = {}, rest: Partial<NewJob> = {}): NewJob {
  return {
    kind: "test",
    payload: {},
    policy: { ...POLICY, ...policy },
    name: null,
    queue: "default",
    priority: 0,
    tags: [],
    runAt: null,
    expiresAt: null,
    unique: null,
    after: [],
    step: null,
    ...rest,
  };
}

export type Body = (job: ClaimedJob, context: RunContext) => Promise<RunResult> | RunResult;

/** A runner of kind `test` whose body the test brings. */
export class TestRunner implements Runner {
  readonly kind = "test";
  readonly routes = ["test"];
  running = 0;
  most = 0;
  closed = false;

  constructor(private readonly body: Body) {}

  async run(claimed: ClaimedJob, context: RunContext): Promise<RunResult> {
    this.most = Math.max(this.most, ++this.running);
    try {
      return await this.body(claimed, context);
    } finally {
      this.running--;
    }
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }
}

export const done: RunResult = { type: "completed", result: null };

export function failed(message = "boom"): RunResult {
  return { type: "failed", reason: "error", error: { class: "Error", message } };
}

/** Ends when it is asked to stop. */
export function untilStopped(_job: ClaimedJob, { signal }: RunContext): Promise<RunResult> {
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(failed("stopped"))));
}

/** Ends only when it is killed. */
export function untilKilled(_job: ClaimedJob, { kill }: RunContext): Promise<RunResult> {
  return new Promise((resolve) => kill.addEventListener("abort", () => resolve(failed("killed"))));
}

export interface Rig {
  readonly clock: FakeClock;
  readonly store: Store;
  readonly engine: Engine;
  readonly runner: TestRunner;
  readonly events: EngineEvent[];
  /** Starts the engine and lets it get as far as it can without time passing. */
  start(): Promise<{ readonly end: Promise<EngineReport> }>;
  /** Turns the clock until the engine has ended. */
  finish(): Promise<EngineReport>;
}

export function rig(
  body: Body,
  options: Partial<EngineOptions> & { readonly inner?: Store } = {},
): Rig {
  const clock = (options.clock as FakeClock | undefined) ?? new FakeClock();
  const store = options.store ?? new MemoryStore();
  const runner = new TestRunner(body);
  const events: EngineEvent[] = [];
  const engine = new Engine({
    runners: [runner],
    worker: WORKER,
    random: () => 0.5,
    concurrency: 4,
    leaseMs: 30_000,
    heartbeatMs: 10_000,
    shutdownGraceMs: 5_000,
    location: null,
    mode: "drain",
    ...options,
    onEvent: (event) => {
      events.push(event);
      options.onEvent?.(event);
    },
    store,
    clock,
  });
  let end: Promise<EngineReport> | null = null;
  const begin = (): Promise<EngineReport> => {
    end ??= engine.run();
    // A rejection is looked at by the test, at the latest in `finish`.
    end.catch(() => {});
    return end;
  };
  return {
    clock,
    store,
    engine,
    runner,
    events,
    async start(): Promise<{ readonly end: Promise<EngineReport> }> {
      const promise = begin();
      await settle();
      return { end: promise };
    },
    async finish(): Promise<EngineReport> {
      let over = false;
      const promise = begin().finally(() => over = true);
      promise.catch(() => {});
      for (let i = 0; i < 10_000 && !over; i++) {
        await settle();
        if (!over && clock.nextWake !== null) await clock.advanceTo(clock.nextWake);
      }
      return await promise;
    },
  };
}

/** A store that notes its calls in order, and can be made to fail. */
export function spy(store: Store): {
  readonly store: Store;
  readonly calls: { readonly verb: string; readonly args: readonly unknown[]; readonly turn: number }[];
  /** Verbs that fail, each call with the next error of its list. */
  readonly errors: Partial<Record<string, Error[]>>;
} {
  const calls: { verb: string; args: readonly unknown[]; turn: number }[] = [];
  const errors: Partial<Record<string, Error[]>> = {};
  let turn = 0;
  let counting = false;
  const proxy = new Proxy(store, {
    get(target, verb: string): unknown {
      const value = Reflect.get(target, verb);
      if (typeof value !== "function") return value;
      return (...args: unknown[]): unknown => {
        calls.push({ verb, args, turn });
        if (!counting) {
          counting = true;
          // Microtasks made in this turn of the calling code run only after it: calls before them are one turn.
          queueMicrotask(() => {
            turn++;
            counting = false;
          });
        }
        const error = errors[verb]?.shift();
        return error === undefined ? value.apply(target, args) : Promise.reject(error);
      };
    },
  });
  return { store: proxy, calls, errors };
}
