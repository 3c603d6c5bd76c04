/** `queue.schedules`: recurring work as scripts (and the command line) see it. */

import type { JobId } from "../../core/job.ts";
import type { Firing, Schedule } from "../../core/schedule.ts";
import type { ScheduleQueue } from "./change.ts";
import { importLate } from "./late.ts";
import type * as Operations from "./operations.ts";
import type * as Tick from "./tick.ts";
import type { ScheduleOptions } from "./options.ts";
import type {
  ApplyOptions,
  Backfilled,
  BackfillOptions,
  Fired,
  HistoryOptions,
  ListOptions,
  NextOptions,
  ScheduleChange,
  ScheduleEdit,
  ScheduleOverview,
  SimulateOptions,
  Simulation,
  TargetInput,
  TickOptions,
  WantedSchedule,
} from "./types.ts";

/**
 * The schedules of a queue: `queue.schedules`. Any worker of the queue fires them.
 *
 * Who changes a schedule while somebody else does sees no error: the change is made anew from what is stored then. Only
 * when others are first again and again, it is a {@linkcode BusyError}.
 *
 * @example
 * ```ts
 * import { command, JobQueue } from "@gigq/gigq";
 *
 * await using queue = await JobQueue.open(":memory:");
 * await queue.schedules.add("report", command(["./report.sh", "${{ schedule.date }}"]), {
 *   on: "every weekday at 06:00",
 *   tz: "Europe/Prague",
 * });
 * for (const { schedule } of await queue.schedules.list()) console.log(schedule.name); // report
 * ```
 */
export class QueueSchedules {
  readonly #queue: ScheduleQueue;

  /** See `queue.schedules`. */
  constructor(queue: ScheduleQueue) {
    this.#queue = queue;
  }

  /**
   * Stores a schedule. Its first slot is the first one after now, or from `from` on. A program that says at each start
   * what there shall be uses {@linkcode QueueSchedules.apply}.
   *
   * @param name 1 to 128 printable characters without spaces and commas, that does not begin with `-` or `@`
   * @param target A job, such as `command(…)` or a task's call, or a workflow. Delays count from
   * the slot, and `expires` from when it is fired
   * @throws {UsageError} When the name is taken, an option makes no sense, it would never be due, or the job could not
   * be made
   */
  async add(name: string, target: TargetInput, options: ScheduleOptions): Promise<Schedule> {
    return await (await operations()).add(this.#queue, name, target, options);
  }

  /**
   * One schedule as it stands now.
   *
   * @throws {NotFoundError} When there is no such schedule
   */
  async get(name: string): Promise<Schedule> {
    return await (await operations()).find(this.#queue, name);
  }

  /** All schedules, or those named, by name, and how they stand. */
  async list(options: ListOptions = {}): Promise<readonly ScheduleOverview[]> {
    return await (await operations()).list(this.#queue, options);
  }

  /**
   * The times at which it is due next, whether it is paused or not. No more than `count` leaves.
   *
   * @returns Milliseconds since the epoch, oldest first
   * @throws {NotFoundError} When there is no such schedule
   */
  async next(name: string, options: NextOptions = {}): Promise<readonly number[]> {
    return await (await operations()).next(this.#queue, name, options);
  }

  /**
   * Fires nothing any more, not even what is queued; runs that have begun go on. One that is paused stays as it is.
   *
   * @param reason Why, for people; default none
   * @throws {NotFoundError} When there is no such schedule
   */
  async pause(name: string, reason?: string): Promise<Schedule> {
    return await (await operations()).pause(this.#queue, name, reason ?? null);
  }

  /**
   * Goes on from now: slots that came while it was paused are not made up for.
   *
   * @throws {NotFoundError} When there is no such schedule
   */
  async resume(name: string): Promise<Schedule> {
    return await (await operations()).resume(this.#queue, name);
  }

  /**
   * Deletes a schedule with its history. Its jobs stay.
   *
   * @throws {NotFoundError} When there is no such schedule
   */
  async remove(name: string): Promise<void> {
    return await (await operations()).remove(this.#queue, name);
  }

  /**
   * Runs it once, now, whether it is paused or a run is open. Does not count for `count`.
   *
   * @returns Its entry in the history, with the job or the workflow run
   * @throws {NotFoundError} When there is no such schedule
   */
  async run(name: string): Promise<Firing> {
    return await (await operations()).run(this.#queue, name);
  }

  /**
   * Changes a schedule. What is not named stays; `null` takes an option away. With other times it goes on from now.
   *
   * @throws {NotFoundError} When there is no such schedule
   * @throws {UsageError} As `add` does
   */
  async edit(name: string, edit: ScheduleEdit): Promise<Schedule> {
    return await (await operations()).edit(this.#queue, name, edit);
  }

  /**
   * What became of its slots, the latest first.
   *
   * @throws {NotFoundError} When there is no such schedule
   */
  async history(name: string, options: HistoryOptions = {}): Promise<readonly Firing[]> {
    return await (await operations()).history(this.#queue, name, options);
  }

  /**
   * The jobs that its slots made, as its history has them: single ones, and all of its workflow runs. Some may be deleted by
   * now.
   *
   * @returns Ids, the oldest first
   * @throws {NotFoundError} When there is no such schedule
   *
   * @example
   * ```ts
   * import { command, JobQueue } from "@gigq/gigq";
   *
   * await using queue = await JobQueue.open(":memory:");
   * await queue.schedules.add("report", command(["./report"]), { cron: "@daily" });
   * await queue.schedules.run("report");
   * const jobs = await queue.list({ ids: await queue.schedules.jobs("report"), statuses: ["ready"] });
   * console.log(jobs.length); // 1
   * ```
   */
  async jobs(name: string): Promise<readonly JobId[]> {
    return await (await operations()).jobs(this.#queue, name);
  }

  /**
   * Queues slots of the past that have not run: missed and skipped ones, and those from before it was added. They run
   * one after the other, with overlap `allow` all at once.
   *
   * @throws {NotFoundError} When there is no such schedule
   * @throws {UsageError} For a range that is not in the past, or with more slots than may be queued
   */
  async backfill(name: string, options: BackfillOptions): Promise<Backfilled> {
    return await (await operations()).backfill(this.#queue, name, options);
  }

  /**
   * Makes the stored schedules be as they are wanted: adds, changes and, with `prune`, removes. One that is as it shall
   * be is not touched. All are checked before the first is changed.
   *
   * @returns One entry for each wanted schedule, in their order, then those that were removed
   * @throws {UsageError} For one that makes no sense, or a name that is there twice
   * @throws {BusyError} When others change one of them again and again
   *
   * @example What a program says at its start, as often as it is started
   * ```ts
   * import { command, JobQueue } from "@gigq/gigq";
   *
   * await using queue = await JobQueue.open(":memory:");
   * const wanted = [{ name: "report", target: command(["./report"]), options: { cron: "@daily", tz: "UTC" } }];
   * console.log((await queue.schedules.apply(wanted))[0]?.change); // added
   * console.log((await queue.schedules.apply(wanted))[0]?.change); // unchanged
   * ```
   */
  async apply(
    wanted: readonly WantedSchedule[],
    options: ApplyOptions = {},
  ): Promise<readonly ScheduleChange[]> {
    return await (await operations()).apply(this.#queue, wanted, options);
  }

  /**
   * Looks once at what is due and fires it, as workers do all the time: for tests, and for programs without a worker.
   *
   * @returns What was decided
   *
   * @example A night in a moment
   * ```ts
   * import { command, JobQueue } from "@gigq/gigq";
   * import { FakeClock } from "@gigq/gigq/testing";
   *
   * const clock = new FakeClock(Date.UTC(2026, 0, 1, 1, 30));
   * await using queue = await JobQueue.open(":memory:", { clock });
   * await queue.schedules.add("nightly", command(["./nightly"]), { cron: "0 2 * * *", tz: "UTC" });
   * await clock.advance(30 * 60_000);
   * const [fired] = await queue.schedules.tick();
   * console.log(fired?.name, fired?.firing.status); // nightly started
   * ```
   */
  async tick(options: TickOptions = {}): Promise<readonly Fired[]> {
    return await (await importLate<typeof Tick>("./tick.ts")).tick(this.#queue, options);
  }

  /**
   * Works out what would happen, and changes nothing.
   *
   * @example Which nights two backups are due at once
   * ```ts
   * import { command, JobQueue } from "@gigq/gigq";
   *
   * await using queue = await JobQueue.open(":memory:");
   * await queue.schedules.add("daily", command(["./backup"]), { cron: "0 2 * * *", tz: "UTC" });
   * await queue.schedules.add("weekly", command(["./backup", "--full"]), { cron: "0 2 * * SUN", tz: "UTC" });
   * const { collisions } = await queue.schedules.simulate({ from: "2026-03-01", until: "2026-03-31" });
   * console.log(collisions.length); // 5
   * ```
   *
   * @throws {NotFoundError} When one of `names` does not exist
   * @throws {UsageError} For a range with more than a million slots
   */
  async simulate(options: SimulateOptions): Promise<Simulation> {
    return await (await operations()).simulate(this.#queue, options);
  }
}

function operations(): Promise<typeof Operations> {
  return importLate("./operations.ts");
}
