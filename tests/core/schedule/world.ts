/** A store of one schedule as a plain array, and the loop of a worker over it: what plans come to. */

import { defaultPolicy } from "../../../src/core/defaults.ts";
import type { StepJob } from "../../../src/core/workflow.ts";
import type { SeenFiring } from "../../../src/core/schedule/draft.ts";
import { planSchedule } from "../../../src/core/schedule/plan.ts";
import type { ScheduleStep, Times } from "../../../src/core/ports.ts";
import type { Firing, RunEnd, Schedule, ScheduleDefinition } from "../../../src/core/schedule.ts";
import { ruleOf } from "../../calendar/rule.ts";

/** 2026-01-01 00:00 UTC. */
export const T = Date.UTC(2026, 0, 1);
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

/** Slots at every multiple of `everyMs` from T on. */
export function everyMs(everyMs: number): Times {
  const times: Times = {
    next: (after) => T + (Math.floor((after - T) / everyMs) + 1) * everyMs,
    within: (after, until, limit) => {
      const slots: number[] = [];
      for (let at = times.next(after)!; at <= until && slots.length < limit; at += everyMs) slots.push(at);
      return slots;
    },
    last: (after, until) => {
      const last = T + Math.floor((until - T) / everyMs) * everyMs;
      return last > after ? last : null;
    },
  };
  return times;
}

export const JOB: StepJob = {
  kind: "command",
  payload: { argv: ["echo", "${{ schedule.date }}"] },
  policy: defaultPolicy("command"),
  name: null,
  queue: "default",
  priority: 0,
  tags: [],
  runAt: null,
  expiresAt: null,
  unique: null,
};

export const DEFINITION: ScheduleDefinition = {
  when: ruleOf({ cron: ["0 * * * *"] }),
  target: { type: "job", job: JOB },
  overlap: "skip",
  catchUp: "one",
  catchUpWindowMs: null,
  count: null,
  jitterMs: 0,
  pauseOnFailure: null,
  description: null,
};

export class World {
  schedule: Schedule;
  readonly firings = new Map<number, Firing>();
  /** Ends of jobs, by id; absent while they run. */
  readonly ends = new Map<number, RunEnd | "gone">();
  /** When they ended, where that is known. */
  readonly endedAt = new Map<number, number>();
  readonly steps: ScheduleStep[] = [];
  cancelled: readonly Firing[] = [];
  #lastJob = 0;

  constructor(definition: Partial<ScheduleDefinition> = {}, readonly times: Times = everyMs(HOUR)) {
    this.schedule = {
      id: 1,
      name: "hourly",
      version: 1,
      createdAt: T,
      definition: { ...DEFINITION, ...definition },
      state: { cursor: T, nextAt: times.next(T), paused: null, fired: 0, failures: 0, recent: [] },
    };
  }

  /** Does what a worker does when it looks at the time. */
  look(now: number): void {
    for (let more = true, turns = 0; more; turns++) {
      if (turns > 5_000) throw new Error("It never comes to an end");
      const open: SeenFiring[] = this.all().filter(({ status }) =>
        status === "started" || status === "queued"
      )
        .map((firing) => ({
          ...firing,
          end: firing.job === null ? null : this.ends.get(firing.job) ?? null,
          endedAt: this.endedAt.get(firing.job ?? 0) ?? null,
        }));
      const waiting = open.filter(({ status }) => status === "queued");
      const shown = [...open.filter(({ status }) => status === "started"), ...waiting.slice(0, 100)];
      const { schedule, times } = this;
      const plan = planSchedule({ schedule, open: shown, queued: waiting.length, times, now, by: "w" });
      if (plan.step !== null) this.#advance(plan.step);
      this.cancelled = plan.cancel;
      more = plan.more;
    }
  }

  #advance(step: ScheduleStep): void {
    this.steps.push(step);
    for (const firing of step.firings) this.firings.set(firing.slot, firing);
    if (step.fire !== null) {
      const firing = this.firings.get(step.fire.slot)!;
      if (firing.job !== null) throw new Error(`Slot ${firing.slot} is fired twice`);
      this.firings.set(firing.slot, { ...firing, job: ++this.#lastJob });
    }
    this.schedule = { ...this.schedule, version: this.schedule.version + 1, state: step.state };
  }

  /** Puts a slot into the queue, as a backfill does. */
  backfill(slot: number): void {
    this.firings.set(slot, {
      ...{
        schedule: 1,
        slot,
        status: "queued",
        trigger: "backfill",
        reason: null,
        slots: 1,
        decidedAt: slot,
      },
      ...{ startedAt: null, endedAt: null, job: null, run: null, by: "gigq" },
    });
  }

  all(): Firing[] {
    return [...this.firings.values()].sort((a, b) => a.slot - b.slot);
  }

  /** `1 started 2 queued`: hours after T, and what became of them. */
  told(): string {
    return this.all().map(({ slot, status, slots }) =>
      `${(slot - T) / HOUR} ${status}${slots > 1 ? ` ×${slots}` : ""}`
    ).join(", ");
  }

  running(): Firing[] {
    return this.all().filter(({ status, job }) => status === "started" && !this.ends.has(job!));
  }

  end(end: RunEnd | "gone" = "completed"): void {
    for (const { job } of this.running()) this.ends.set(job!, end);
  }
}
