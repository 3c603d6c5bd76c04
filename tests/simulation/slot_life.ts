/** Lives of one schedule: what is done to it, at a store and at the model beside it. */

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { timetable } from "../../src/calendar/timetable.ts";
import type { ClaimedJob, Outcome, Store } from "../../src/core/ports.ts";
import { CATCH_UPS, OVERLAPS, type RunEnd } from "../../src/core/schedule.ts";
import { Outage } from "../../src/engine/outage.ts";
import { Scheduler } from "../../src/engine/scheduler.ts";
import { command } from "../../src/library/jobs.ts";
import { JobQueue } from "../../src/library/queue.ts";
import type { ScheduleOptions } from "../../src/library/schedules/options.ts";
import { FakeClock } from "../../src/testing/mod.ts";
import { type Rules, SlotModel } from "./slot_model.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const START = Date.UTC(2026, 0, 1);
const NAME = "it";

const rules = {
  overlap: fc.constantFrom(...OVERLAPS),
  catchUp: fc.constantFrom(...CATCH_UPS),
  catchUpWindowMs: fc.option(fc.constantFrom(30 * SECOND, 5 * MINUTE, 30 * MINUTE)),
  count: fc.option(fc.integer({ min: 1, max: 12 }), { freq: 2 }),
  pauseOnFailure: fc.option(fc.integer({ min: 1, max: 3 })),
};

type Deed =
  | { readonly type: "wait" | "drain"; readonly ms: number }
  | { readonly type: "look" | "claim" | "clear" | "pause" | "resume" | "run" }
  | { readonly type: "end"; readonly pick: number; readonly how: RunEnd }
  | { readonly type: "backfill"; readonly from: number; readonly ms: number }
  | { readonly type: "edit"; readonly rules: Partial<Rules> };

const deed: fc.Arbitrary<Deed> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ type: fc.constant("wait"), ms: fc.integer({ min: 1, max: 10 * MINUTE }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant("wait"),
      ms: fc.integer({ min: 1, max: 60 }).map((n) => n * MINUTE),
    }),
  },
  { weight: 8, arbitrary: fc.record({ type: fc.constant("look") }) },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant("drain"), ms: fc.integer({ min: 0, max: 20 * MINUTE }) }),
  },
  { weight: 3, arbitrary: fc.record({ type: fc.constant("claim") }) },
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant("end"),
      pick: fc.nat(20),
      how: fc.constantFrom<RunEnd>("completed", "failed", "failed", "cancelled"),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("clear") }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("pause") }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("resume") }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("run") }) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant("backfill"),
      from: fc.integer({ min: 0, max: 120 * MINUTE }),
      ms: fc.integer({ min: 0, max: 9 * MINUTE }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant("edit"),
      rules: fc.oneof(
        ...Object.entries(rules).map(([key, value]) => value.map((set) => ({ [key]: set }))),
        fc.constantFrom(4, 7, 15).map((minutes) => ({ everyMs: minutes * MINUTE })),
      ),
    }),
  },
);

/** What a life is made of. */
export const life = fc.record({
  rules: fc.record({ ...rules, everyMs: fc.constantFrom(20 * SECOND, MINUTE, 7 * MINUTE, 15 * MINUTE) }),
  deeds: fc.array(deed, { maxLength: 60, size: "max" }),
});
type Life = typeof life extends fc.Arbitrary<infer T> ? T : never;

function toOptions({ everyMs, ...rest }: Partial<Rules>): Record<string, unknown> {
  return {
    ...everyMs !== undefined && { every: everyMs },
    ...Object.fromEntries(
      Object.entries(rest).map(([key, value]) => [key === "catchUpWindowMs" ? "catchUpWindow" : key, value]),
    ),
  };
}

/** Lives a life on a store that is empty, and compares after each deed. */
export async function live(store: Store, { rules, deeds }: Life): Promise<void> {
  const clock = new FakeClock(START);
  const queue = JobQueue.over(store, ":memory:", clock);
  const model = new SlotModel({ ...rules, anchor: START, until: null } as Rules, START);
  const options = Object.fromEntries(
    Object.entries(toOptions(rules as Rules)).filter(([, value]) => value !== null),
  );
  await queue.schedules.add(NAME, command(["true"]), options as unknown as ScheduleOptions);
  const player = new Player(queue, store, clock, model);
  for (const [step, deed] of deeds.entries()) {
    await player.do(deed);
    const told = `deed ${step}: ${JSON.stringify(deed)}`;
    assertEquals(await player.seen(), player.expected(), told);
  }
}

class Player {
  #movedAt = START;
  #held = new Map<number, ClaimedJob>();
  constructor(
    readonly queue: JobQueue,
    readonly store: Store,
    readonly clock: FakeClock,
    readonly model: SlotModel,
  ) {}

  async do(deed: Deed): Promise<void> {
    const { queue: { schedules }, clock, model } = this;
    const now = clock.now();
    switch (deed.type) {
      case "wait":
        clock.jump(deed.ms);
        break;
      case "look":
        await schedules.tick();
        model.look(now);
        break;
      case "drain":
        await this.#drain(now, deed.ms);
        break;
      case "claim": {
        const worker = { id: "w", host: "h", boot: null, pid: 1, pidStart: null };
        const request = { worker, limit: 1_000, leaseMs: 1e12, routes: ["command"] };
        for (const job of (await this.store.claim(request, now)).jobs) this.#held.set(job.id, job);
        for (const run of model.runs) if (run.state === "ready") run.state = "running";
        break;
      }
      case "end":
        await this.#end(deed.pick, deed.how, now);
        break;
      case "clear": {
        const done = await this.store.list({ statuses: ["completed", "failed", "cancelled"] });
        await this.store.remove(done.map(({ id }) => id));
        for (const run of model.runs) {
          if (["completed", "failed", "cancelled"].includes(run.state)) run.state = "gone";
        }
        break;
      }
      case "pause":
        await schedules.pause(NAME);
        model.pause();
        break;
      case "resume":
        await schedules.resume(NAME);
        model.resume(now);
        break;
      case "run":
        await schedules.run(NAME);
        model.byHand(now);
        break;
      case "backfill": {
        const from = Math.max(now - deed.from, this.#movedAt + 1);
        const until = Math.min(now, from + deed.ms);
        if (until < from) break;
        await schedules.backfill(NAME, { from, until });
        model.backfill(from, until, now);
        break;
      }
      case "edit":
        await schedules.edit(NAME, { options: toOptions(deed.rules) as ScheduleOptions });
        if ("everyMs" in deed.rules && deed.rules.everyMs !== model.rules.everyMs) this.#movedAt = now;
        model.edit(deed.rules, now);
        break;
    }
  }

  async #drain(now: number, ms: number): Promise<void> {
    const { store, clock, model } = this;
    const outage = new Outage({ clock, leaseMs: 1e12, began: () => {}, ended: () => {} });
    const scheduler = new Scheduler({
      ...{ store, clock, timetable, by: "w", until: now, random: () => 0, limitMs: 1e12, outage },
      warn: (message) => {
        if (!message.startsWith(`Schedule "${NAME}" is paused`)) throw new Error(message);
      },
    });
    clock.jump(ms);
    await scheduler.look();
    model.look(now + ms, now);
  }

  async #end(pick: number, how: RunEnd, now: number): Promise<void> {
    const running = this.model.runs.filter(({ state }) => state === "running");
    const run = running[pick % running.length];
    if (run === undefined) return;
    const job = this.#held.get((await this.#ids()).get(run.id)!)!;
    const outcome: Outcome = how === "completed"
      ? { type: how, result: null }
      : how === "failed"
      ? { type: how, reason: "exit", error: null, retryAt: null }
      : { type: how, error: null };
    const usage = { wallMs: null, cpuMs: null, maxRssBytes: null, exitCode: null, signal: null };
    const [told] = await this.store.finish([{ id: job.id, attempt: job.attempt, outcome, usage }], now);
    assertEquals(told!.accepted, true);
    run.state = how === "failed" && run.asked ? "cancelled" : how;
    run.endedAt = now;
  }

  /** Ids of jobs by the number of the run, in the order in which they were made. */
  async #ids(): Promise<ReadonlyMap<number, number>> {
    const firings = await this.store.schedules.firings({});
    const jobs = firings.flatMap(({ job }) => job === null ? [] : [job]).sort((a, b) => a - b);
    return new Map(jobs.map((id, at) => [at + 1, id]));
  }

  async seen(): Promise<unknown> {
    const [schedule] = await this.store.schedules.list();
    const { nextAt, paused, fired, failures, recent } = schedule!.state;
    const runs = new Map([...await this.#ids()].map(([run, id]) => [id, run]));
    const firings = (await this.store.schedules.firings({})).toSorted((a, b) => a.slot - b.slot);
    const jobs = await this.store.list({});
    return {
      history: firings.map((firing) => {
        const { slot, status, trigger, slots, job } = firing;
        return `${(slot - START) / MINUTE} ${status} ${trigger} ×${slots} run ${
          job === null ? null : runs.get(job)
        }`;
      }),
      asked: jobs.filter(({ status, cancelRequested }) => status === "running" && cancelRequested).map((
        { id },
      ) => runs.get(id)),
      ...{ nextAt, isPaused: paused !== null, fired, failures, recent },
    };
  }

  expected(): unknown {
    const { model } = this;
    const { nextAt, isPaused, fired, failures, recent } = model;
    return {
      history: model.history().map(({ slot, status, trigger, slots, run }) =>
        `${(slot - START) / MINUTE} ${status} ${trigger} ×${slots.length} run ${run}`
      ),
      asked: model.runs.filter(({ state, asked }) => state === "running" && asked).map(({ id }) => id),
      ...{ nextAt, isPaused, fired, failures, recent },
    };
  }
}
