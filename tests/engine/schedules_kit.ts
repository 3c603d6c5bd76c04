/** A store with schedules, a clock to turn, and workers of kind `test` that fire them. */

import { timetable } from "../../src/calendar/timetable.ts";
import type { RunResult, Store } from "../../src/core/ports.ts";
import type { Dependency } from "../../src/core/job.ts";
import type {
  Firing,
  Schedule,
  ScheduleDefinition,
  ScheduleTarget,
  TimeRule,
} from "../../src/core/schedule.ts";
import type { StepJob } from "../../src/core/workflow.ts";
import type { EngineEvent, EngineReport } from "../../src/engine/engine.ts";
import { JobQueue } from "../../src/library/queue.ts";
import { Worker, type WorkerOptions } from "../../src/library/worker.ts";
import { MemoryStore } from "../../src/store/memory/store.ts";
import { FakeClock, settle } from "../../src/testing/mod.ts";
import { ruleOf } from "../calendar/rule.ts";
import { type Body, done, job, TestRunner } from "./rig.ts";

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
/** When all clocks begin: a full hour. */
export const T = Date.UTC(2026, 0, 1);

/** What a schedule of these tests runs. */
export function target(rest: Partial<StepJob> = {}): StepJob {
  const { after: _, step: _step, ...body } = job();
  return { ...body, ...rest };
}

const RULE = ruleOf({ everyMs: MINUTE, anchor: T });

export interface Wanted extends Partial<Omit<ScheduleDefinition, "when">> {
  readonly when?: Partial<TimeRule>;
}

/** Stores a schedule: every minute unless it says otherwise. */
export async function add(store: Store, now: number, name: string, wanted: Wanted = {}): Promise<Schedule> {
  const definition: ScheduleDefinition = {
    target: { type: "job", job: target() },
    overlap: "skip",
    catchUp: "one",
    catchUpWindowMs: null,
    count: null,
    jitterMs: 0,
    pauseOnFailure: null,
    description: null,
    ...wanted,
    when: { ...RULE, ...wanted.when },
  };
  // A rule that is not understood is due, too.
  const nextAt = await timetable.times(definition.when).then((times) => times.next(now), () => now + MINUTE);
  const state = { cursor: now, nextAt, paused: null, fired: 0, failures: 0, recent: [] };
  return (await store.schedules.add({ name, definition, state }, now))!;
}

/** A store, a clock, and what happened. */
export class Scene {
  readonly clock = new FakeClock(T);
  readonly events: EngineEvent[] = [];
  readonly workers: { readonly worker: Worker; readonly end: Promise<EngineReport> }[] = [];

  constructor(readonly store: Store = new MemoryStore()) {}

  add(name: string, wanted: Wanted = {}): Promise<Schedule> {
    return add(this.store, this.clock.now(), name, wanted);
  }

  /** A body that takes so long, unless it is asked to stop. */
  taking(ms: number, result: RunResult = done): Body {
    return async (_job, { signal }) => {
      await this.clock.sleep(ms, signal);
      return result;
    };
  }

  worker(body: Body = () => done, options: WorkerOptions & { readonly store?: Store } = {}): Worker {
    const { store = this.store, ...rest } = options;
    return new Worker(JobQueue.over(store, ":memory:", this.clock), {
      runners: [new TestRunner(body)],
      kinds: [],
      concurrency: 100,
      name: `w${this.workers.length + 1}`,
      ...rest,
      onEvent: (event) => this.events.push(event),
    });
  }

  /** Starts a worker, as far as it gets without time. */
  async start(...args: Parameters<Scene["worker"]>): Promise<Worker> {
    const worker = this.worker(...args);
    const end = worker.run();
    end.catch(() => {});
    this.workers.push({ worker, end });
    await settle();
    return worker;
  }

  /** Works until nothing is left. */
  async drain(...args: Parameters<Scene["worker"]>): Promise<EngineReport> {
    return await this.clock.runUntil(this.worker(...args).drain());
  }

  /** Ends all workers. */
  async stop(): Promise<void> {
    for (const { worker } of this.workers) worker.stop("kill");
    for (const { end } of this.workers) await this.clock.runUntil(end);
  }

  async firings(name?: string): Promise<readonly Firing[]> {
    const schedules = await this.store.schedules.list(name === undefined ? {} : { names: [name] });
    const firings = await this.store.schedules.firings({ schedules: schedules.map(({ id }) => id) });
    return firings.toSorted((a, b) => a.slot - b.slot);
  }

  /** `1 completed, 2 skipped`: minutes after the beginning, and what became of them. */
  async history(name?: string): Promise<string> {
    return (await this.firings(name)).map(({ slot, status, slots, trigger }) => {
      const at = (slot - T) / MINUTE;
      return `${at} ${status}${slots > 1 ? ` ×${slots}` : ""}${trigger === "time" ? "" : ` (${trigger})`}`;
    }).join(", ");
  }

  /** When the jobs began that schedules made, in minutes after the beginning. */
  async begun(): Promise<readonly number[]> {
    const jobs = await this.store.list({});
    return jobs.flatMap(({ startedAt }) => startedAt === null ? [] : [(startedAt - T) / MINUTE]);
  }

  warnings(): readonly string[] {
    return this.events.flatMap((event) => event.type === "warning" ? [event.message] : []);
  }

  told<K extends EngineEvent["type"]>(type: K): readonly Extract<EngineEvent, { type: K }>[] {
    return this.events.filter((event) => event.type === type) as Extract<EngineEvent, { type: K }>[];
  }
}

/** Runs a test, and ends its workers. */
export async function scene(test: (scene: Scene) => Promise<void>, store?: Store): Promise<void> {
  const made = new Scene(store);
  try {
    await test(made);
  } finally {
    await made.stop();
  }
}

/** A workflow of two steps, of which the second comes after the first, however that ends or only when it completes. */
export function workflow(name: string, on: Dependency["on"]): ScheduleTarget {
  const steps = [
    { name: "first", job: target(), after: [], templates: false },
    { name: "second", job: target(), after: [{ step: "first", on }], templates: false },
  ];
  return { type: "workflow", spec: { name, params: {}, steps }, params: {}, source: null };
}
