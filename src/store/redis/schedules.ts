/** Schedules under the prefix of a store. */

import type { Advanced, Due, FiringFilter, Schedules, ScheduleStep } from "../../core/ports.ts";
import type { Firing, NewSchedule, Schedule } from "../../core/schedule.ts";
import { addSchedule } from "./ops/add_schedule.ts";
import { advance } from "./ops/advance.ts";
import { removeSchedule } from "./ops/remove_schedule.ts";
import { due } from "./reads/due.ts";
import { firings } from "./reads/firings.ts";
import { type ScheduleFilter, schedules } from "./reads/schedules.ts";
import type { Redis } from "./script.ts";

export class RedisSchedules implements Schedules {
  /** @param run Makes a call, as the verbs of the store do */
  constructor(private readonly run: <T>(verb: (redis: Redis) => Promise<T>) => Promise<T>) {}

  add(schedule: NewSchedule, now: number): Promise<Schedule | null> {
    return this.run((redis) => addSchedule(redis, schedule, now));
  }

  list(filter: ScheduleFilter = {}): Promise<readonly Schedule[]> {
    return this.run((redis) => schedules(redis, filter));
  }

  remove(id: number): Promise<boolean> {
    return this.run((redis) => removeSchedule(redis, id));
  }

  due(now: number): Promise<Due> {
    return this.run((redis) => due(redis, now));
  }

  advance(step: ScheduleStep, now: number): Promise<Advanced> {
    return this.run((redis) => advance(redis, step, now));
  }

  firings(filter: FiringFilter): Promise<readonly Firing[]> {
    return this.run((redis) => firings(redis, filter));
  }
}
