/** The part of the store that keeps schedules. */

import type { Advanced, Due, FiringFilter, Schedules, ScheduleStep } from "../../core/ports.ts";
import type { Firing, NewSchedule, Schedule } from "../../core/schedule.ts";
import type { Line } from "./line.ts";
import { addSchedule } from "./ops/add_schedule.ts";
import { advance } from "./ops/advance.ts";
import { removeSchedule } from "./ops/remove_schedule.ts";
import { due } from "./reads/due.ts";
import { firings } from "./reads/firings.ts";
import { schedules } from "./reads/schedules.ts";
import type { Turn } from "./turn.ts";

export class PostgresSchedules implements Schedules {
  readonly #line: Line;
  readonly #turn: Turn;

  constructor(line: Line, turn: Turn) {
    this.#line = line;
    this.#turn = turn;
  }

  add(schedule: NewSchedule, now: number): Promise<Schedule | null> {
    return this.#turn.call({
      kind: "change",
      lock: "exclusive",
      run: (tx) => addSchedule(tx, schedule, now),
      news: (added) => added === null ? "none" : "all",
    });
  }

  list(filter?: Parameters<Schedules["list"]>[0]): Promise<readonly Schedule[]> {
    return this.#line.read((tx) => schedules(tx, filter));
  }

  remove(id: number): Promise<boolean> {
    return this.#turn.call({
      kind: "change",
      schedule: id,
      run: (tx) => removeSchedule(tx, id),
      news: (removed) => removed ? "all" : "none",
    });
  }

  due(now: number): Promise<Due> {
    return this.#line.readLean((tx) => due(tx, now));
  }

  advance(step: ScheduleStep, now: number): Promise<Advanced> {
    return this.#turn.call({
      kind: "change",
      ...step.fire !== null && { jobs: step.fire.jobs },
      schedule: step.id,
      advances: { step, now },
      run: async (tx) => (await advance(tx, [step], now))[0]!,
      news: ({ accepted }) => accepted ? "all" : "none",
    });
  }

  firings(filter: FiringFilter): Promise<readonly Firing[]> {
    return this.#line.read((tx) => firings(tx, filter));
  }
}
