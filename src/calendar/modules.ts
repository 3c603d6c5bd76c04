/** What the modules with libraries give, so that whoever imports these types needs none of them. */

import type { Calendar } from "../core/schedule.ts";
import type { Filter } from "./filter.ts";
import type { Zone } from "./zone.ts";

/** The wall times of a cron pattern. */
export interface CronPattern {
  /** Whether it names every hour, and so no time of the day: it goes on as hours pass, whatever clocks do. */
  readonly everyHour: boolean;
  /** The first after a wall time; `null` for none. */
  next(wall: number): number | null;
  /** The last up to a wall time, which counts; `null` for none. */
  last(wall: number): number | null;
}

/** `cron/pattern.ts` */
export interface CronModule {
  readCron(pattern: string): CronPattern;
}

/** When any event of some calendars is. */
export interface EventTimes extends Filter {
  /** What the events are called that an instant lies within. */
  namesAt(instant: number): string[];
}

/** `ical/events.ts` */
export interface EventsModule {
  /** Lets through what is within no event. */
  exceptEvents(calendars: readonly Calendar[], zone: Zone): EventTimes;
  /** Lets through what is within an event. */
  onlyEvents(calendars: readonly Calendar[], zone: Zone): EventTimes;
}

/** A calendar of which only what slots depend on is left. */
export interface ReducedCalendar {
  /** iCalendar text. */
  readonly text: string;
  /** How many events it holds. One that recurs is one. */
  readonly events: number;
}

/** `ical/reduce.ts` */
export interface ReduceModule {
  reduceCalendar(calendar: Calendar): ReducedCalendar;
}
