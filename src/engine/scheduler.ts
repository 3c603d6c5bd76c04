/** Fires schedules: looks at what is due, and says when to look again. */

import type { ClaimedJob, ScheduleStep, Store, Timetable } from "../core/ports.ts";
import type { JobId } from "../core/job.ts";
import type { Firing, Schedule } from "../core/schedule.ts";
import { scheduledOf } from "../core/schedule/target.ts";
import type { EngineOptions } from "./options.ts";
import { isPassing, messageOf, Patience, type PatienceOptions, tryingAgain } from "./patience.ts";
import { Bell } from "./scheduler/bell.ts";
import { Cancels } from "./scheduler/cancels.ts";
import { eventOf, type ScheduleEvent } from "./scheduler/events.ts";
import { type Accepted, Pass } from "./scheduler/pass.ts";
import { Rules } from "./scheduler/rules.ts";
import { storedFirings } from "./scheduler/view.ts";

export type { ScheduleEvent } from "./scheduler/events.ts";

/** Longest time without a look where there are schedules: a clock may be set, and a ring may be lost. */
const POLL_MS = 5_000;
/** Least time between looks that are made because something has changed, whatever it is. */
const HINT_MS = 1_000;
/** The same while slots wait for a run to end, which may be what has changed. */
const QUEUED_HINT_MS = 100;

/** What a scheduler is given. */
export interface SchedulerOptions extends PatienceOptions {
  /** Where the schedules live. */
  readonly store: Store;
  /** Reads their rules. */
  readonly timetable: Timetable;
  /** Who decides, for the record of each slot. */
  readonly by: string;
  /** Slots after this time are left to others: who works off what is there must come to an end. Absent: no such limit. */
  readonly until?: number | undefined;
  /**
   * Nothing else goes on here that would find out that the store is gone for good: then it ends with that error. Default
   * `false`: it warns.
   */
  readonly isAlone?: boolean;
  /** Hears what becomes of slots. */
  readonly onEvent?: (event: ScheduleEvent) => void;
  /** Hears of each entry of a history as it is stored, with the jobs that were stored for it. */
  readonly onDecided?: (schedule: Schedule, firing: Firing, jobs: readonly JobId[]) => void;
  readonly warn: (message: string, error?: unknown) => void;
}

/** What a look came to. */
export interface Look {
  /** How many slots it fired. */
  readonly fired: number;
  /** When the next schedule is due, in milliseconds since the epoch; `null` for none. */
  readonly nextAt: number | null;
  /** Whether some need attention before: a run is open, or a slot waits for one. */
  readonly open: boolean;
}

interface Trouble {
  readonly message: string;
  readonly error: unknown;
  isTold: boolean;
}

/**
 * Any number of them may share a store: what becomes of a slot is decided by whoever is first, and the others look again.
 */
export class Scheduler {
  readonly #options: SchedulerOptions;
  readonly #rules: Rules;
  readonly #cancels: Cancels;
  readonly #bell: Bell;
  /** Versions of schedules that have been warned of, by id. */
  readonly #warned = new Map<Schedule["id"], number>();
  #fired = 0;
  /** Whether a slot waits for a run to end, as far as the latest look knows. */
  #queued = false;
  /** What went wrong in the latest look, for good. */
  #trouble: Trouble | null = null;
  /** Counts what may have changed something, up to where the latest look sees it, and up to where one has seen it. */
  #changes = 1;
  #looking = 0;
  #seen = 0;

  constructor(options: SchedulerOptions) {
    this.#options = options;
    this.#rules = new Rules(options.timetable);
    this.#cancels = new Cancels(options.store, options.clock);
    this.#bell = new Bell(options.clock);
  }

  /** Looks as soon as it can. */
  soon(): void {
    this.#changes++;
    this.#bell.insist();
  }

  /**
   * A job has ended here, and what waits for it starts at once. A run of many jobs ends with only one of them, and to count
   * them at every end would take longer than they do.
   */
  ended({ payload, workflow }: Pick<ClaimedJob, "payload" | "workflow">): void {
    this.#changes++;
    if (scheduledOf(payload) === null) return;
    if (workflow === null) this.#bell.ask(0);
    else this.hint();
  }

  /** Something may have changed: looks, but not again and again. */
  hint(): void {
    this.#bell.ask(this.#queued ? QUEUED_HINT_MS : HINT_MS);
  }

  /** Whether it has looked since the last job {@linkcode ended}; it does so now where it has not. */
  settled(): boolean {
    if (this.#seen === this.#changes) return true;
    if (this.#looking !== this.#changes) this.#bell.insist();
    return false;
  }

  /**
   * Decides what is to be decided now, fires what is to be fired, and ends once there is nothing left to do at this time.
   * A schedule that makes no sense to this version is left alone, with a warning, and holds up no other.
   *
   * @param signal Nothing is fired after it aborts
   * @throws What the store throws when it does not answer
   */
  async look(signal: AbortSignal = new AbortController().signal): Promise<Look> {
    const { store, clock, random, by, until } = this.#options;
    const fired = this.#fired;
    const refused = new Map<Schedule["id"], number>();
    for (;;) {
      const now = clock.now();
      const due = await store.schedules.due(now);
      const pass = new Pass(
        {
          store,
          by,
          until,
          refused,
          rules: this.#rules,
          advanced: (schedule, step, told) => this.#advanced(schedule, step, told),
          cancel: (firings) => this.#cancels.ask(firings),
          failed: (schedule, error) => this.#failed(schedule, error),
        },
        due,
        now,
      );
      await pass.run(random(), signal);
      if (pass.again && !signal.aborted) continue;
      this.#queued = pass.queued;
      return { fired: this.#fired - fired, nextAt: pass.nextAt, open: due.schedules.length > 0 };
    }
  }

  /**
   * Looks until `signal` aborts: at each slot, when somebody asks, and now and then where there are schedules. Without any,
   * no time is waited for: only {@linkcode soon} and {@linkcode hint} make it look.
   *
   * @param looked Hears of each look; of `null` when one failed in a way that does not pass, which is no reason to end
   * @throws {UnavailableError} When the store was out of reach for too long
   */
  async run(signal: AbortSignal, looked: (look: Look | null) => void = () => {}): Promise<void> {
    const patience = new Patience(this.#options);
    while (!signal.aborted) {
      this.#looking = this.#changes;
      this.#bell.looking();
      const look = await this.#try(patience, signal);
      this.#bell.looked();
      if (look === "again") continue;
      this.#seen = this.#looking;
      looked(look);
      await this.#bell.wait(this.#restMs(look), signal);
    }
    this.#tell();
  }

  /**
   * Looks until `signal` aborts, for who does nothing else: whenever the store may have changed, and now and then.
   *
   * @throws What the store throws when it is gone for good
   */
  async serve(signal: AbortSignal): Promise<void> {
    const { store } = this.#options;
    const end = new AbortController();
    const both = AbortSignal.any([signal, end.signal]);
    const hear = async (): Promise<void> => {
      for await (const _ of store.watch(both)) this.hint();
    };
    // Whichever fails ends the other.
    const parts = [this.run(both), hear()].map((part) => part.finally(() => end.abort()));
    await Promise.allSettled(parts);
    await Promise.all(parts);
  }

  async #try(patience: Patience, signal: AbortSignal): Promise<Look | null | "again"> {
    const { warn } = this.#options;
    try {
      const look = await this.look(signal);
      patience.forget();
      this.#trouble = null;
      return look;
    } catch (error) {
      if (isPassing(error)) {
        if (patience.note(error)) warn(tryingAgain("Looking at schedules failed", error), error);
        await patience.wait(signal);
        return "again";
      }
      if (this.#options.isAlone) throw error;
      const message = messageOf(error);
      if (message === this.#trouble?.message) this.#tell();
      else this.#trouble = { message, error, isTold: false };
      return null;
    }
  }

  /**
   * Tells what went wrong when it does so again, or when no further look is made. Where the whole store is gone, somebody
   * else ends with the same error before, and nobody needs to read it twice.
   */
  #tell(): void {
    if (this.#trouble === null || this.#trouble.isTold) return;
    const { message, error } = this.#trouble;
    this.#trouble.isTold = true;
    this.#options.warn(`Looking at schedules failed: ${message}`, error);
  }

  #restMs(look: Look | null): number | null {
    if (look === null) return POLL_MS;
    const { nextAt, open } = look;
    if (nextAt === null && !open) return this.#options.isAlone ? POLL_MS : null;
    return Math.min(POLL_MS, (nextAt ?? Infinity) - this.#options.clock.now());
  }

  #advanced(schedule: Schedule, step: ScheduleStep, told: Accepted): void {
    const { onDecided, onEvent, warn } = this.#options;
    for (const firing of storedFirings(step, told)) {
      const isFired = firing.slot === step.fire?.slot;
      if (isFired) this.#fired++;
      onDecided?.(schedule, firing, isFired ? told.jobs : []);
      const event = eventOf(schedule, firing);
      if (event !== null) onEvent?.(event);
    }
    const { paused } = step.state;
    if (paused !== null && schedule.state.paused === null) {
      warn(`Schedule "${schedule.name}" is paused${paused.reason === null ? "" : `: ${paused.reason}`}`);
    }
  }

  #failed({ id, name, version }: Schedule, error: unknown): void {
    if (this.#warned.get(id) === version) return;
    this.#warned.set(id, version);
    this.#options.warn(`Schedule "${name}" cannot be fired: ${messageOf(error)}`, error);
  }
}

/** The scheduler of a worker; `null` for one that fires nothing. */
export function schedulerOf(
  { store, clock, mode, worker, timetable, onEvent }: EngineOptions,
  waits: PatienceOptions,
  warn: SchedulerOptions["warn"],
): Scheduler | null {
  if (timetable === undefined) return null;
  const until = mode === "drain" ? clock.now() : undefined;
  return new Scheduler({ ...waits, store, timetable, by: worker.id, until, onEvent, warn });
}
