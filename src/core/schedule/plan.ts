/**
 * What is to be done about a schedule now: ends that were seen, slots that are due, slots that wait for an earlier run.
 *
 * Pure, so that every worker comes to the same answer; the store lets one of them say it (`Schedules.advance`). A step
 * stores the jobs of one slot at most, and is planned anew from what is then stored until there is nothing more to do.
 */

import { BOUNDS } from "../bounds.ts";
import { formatDuration } from "../duration.ts";
import type { ScheduleStep, Times } from "../ports.ts";
import type { Firing, RunEnd, Schedule, ScheduleState, Trigger } from "../schedule.ts";
import { runsLeft } from "./definition.ts";
import { newFiring } from "./firing.ts";
import { slotText } from "./slot_text.ts";
import { batchOf } from "./target.ts";

/** A slot that is fired up to so much later was fired at its time. */
export const ON_TIME_MS = 60_000;

/** Slots that one step decides about. */
const STEP_SLOTS = 1_000;

/** An open firing whose end has been judged: `null` while its jobs are not final. `endedAt` is when they were, if known. */
export interface SeenFiring extends Firing {
  readonly end: RunEnd | "gone" | null;
  /** Why its jobs failed, if known. */
  readonly why?: string | null;
}

/** What is known of a schedule. */
export interface PlanInput {
  readonly schedule: Schedule;
  /** See `DueSchedule` in the store's port. */
  readonly open: readonly SeenFiring[];
  readonly queued: number;
  /** The slots of its rule. */
  readonly times: Times;
  /** Slots after the cursor that have run or wait all the same, since a clock was set back; absent: none is known of. */
  readonly ran?: ReadonlySet<number>;
  readonly now: number;
  /** Slots after this time are left to others; absent: none that are due. */
  readonly until?: number | undefined;
  /** Who decides: see {@linkcode Firing.by}. */
  readonly by: string;
}

/** What to do. */
export interface Plan {
  /** The change to make; `null` for none. */
  readonly step: ScheduleStep | null;
  /** Firings whose jobs are to be cancelled: again and again, until they have ended. */
  readonly cancel: readonly Firing[];
  /** Whether there will be more to do at once when the step is made. */
  readonly more: boolean;
}

/** Decides what to do now. */
export function planSchedule(input: PlanInput): Plan {
  const draft = new Draft(input);
  draft.settle();
  let more = false;
  if (!draft.isPaused) {
    draft.keepNewest();
    more = draft.decideDue();
    draft.startQueued();
  }
  return draft.finished(more);
}

class Draft {
  readonly #input: PlanInput;
  readonly #firings = new Map<number, Firing>();
  /** Runs that have not ended. */
  readonly #running: Firing[];
  /** Slots that wait, earliest first: the first of them. */
  #waiting: Firing[];
  #queued: number;
  #fire: ScheduleStep["fire"] = null;
  state: ScheduleState;

  constructor(input: PlanInput) {
    this.#input = input;
    this.state = input.schedule.state;
    this.#running = input.open.filter(({ status, end }) => status === "started" && end === null).map(plain);
    this.#waiting = input.open.filter(({ status }) => status === "queued").map(plain);
    this.#queued = input.queued;
  }

  /** Too many failures pause it in the midst of a step, too. */
  get isPaused(): boolean {
    return this.state.paused !== null;
  }

  /**
   * Notes how runs ended, and pauses when too many failed one after the other: in the order in which they ended, so that it
   * does not matter how many ends a look sees.
   */
  settle(): void {
    const ended = this.#input.open.filter(({ status, end }) => status === "started" && end !== null);
    for (const firing of ended.sort((a, b) => (a.endedAt ?? 0) - (b.endedAt ?? 0))) {
      this.#note({
        ...plain(firing),
        status: firing.end!,
        reason: [firing.reason, firing.why].filter(Boolean).join("; ") || null,
        endedAt: firing.endedAt ?? this.#input.now,
      });
      if (firing.end !== "gone") this.#ended(firing, firing.end!);
    }
  }

  #ended(firing: Pick<Firing, "slot" | "job" | "run">, end: RunEnd): void {
    const { pauseOnFailure } = this.#input.schedule.definition;
    const recent = [...this.state.recent, end].slice(-BOUNDS.recentRuns);
    const failures = end === "failed"
      ? this.state.failures + 1
      : end === "completed"
      ? 0
      : this.state.failures;
    this.state = { ...this.state, recent, failures };
    if (end !== "failed" || pauseOnFailure === null || failures < pauseOnFailure) return;
    if (this.isPaused) return;
    const runs = failures === 1 ? "a run failed" : `${failures} runs in a row failed`;
    const reason = `${runs}, the last for ${this.#name(firing)}`;
    this.state = { ...this.state, paused: { at: this.#input.now, reason } };
  }

  /**
   * Decides about slots that are due, earliest first.
   *
   * @returns Whether some are left for the next step
   */
  decideDue(): boolean {
    const { definition } = this.#input.schedule;
    if (this.#isOver() || this.state.nextAt === null || this.state.nextAt > this.#until) return false;
    return definition.catchUp === "all" ? this.#decideAll() : this.#decideLatest();
  }

  /** One slot at most runs: the latest. */
  #decideLatest(): boolean {
    const { times, now, schedule: { definition } } = this.#input;
    const { cursor } = this.state;
    const slots = times.within(cursor, this.#until, BOUNDS.missedSlots);
    const areAll = slots.length < BOUNDS.missedSlots;
    const last = areAll ? slots.at(-1) : times.last(cursor, this.#until) ?? undefined;
    if (last === undefined) return false;
    const isOnTime = now - last <= ON_TIME_MS;
    const runs = !this.#ran(last) &&
      (isOnTime || (definition.catchUp === "one" && this.#isWithinWindow(last)));
    const missed = slots.filter((slot) => !this.#ran(slot) && !(runs && slot === last));
    if (missed.length > 0) {
      const latest = areAll ? missed.at(-1)! : runs ? times.last(cursor, last - 1)! : last;
      this.#miss(missed, this.#ran(latest) ? missed.at(-1)! : latest, runs ? last : null);
    }
    if (runs) this.#decide(last, isOnTime ? "time" : "catch-up");
    this.state = { ...this.state, cursor: last };
    return false;
  }

  #decideAll(): boolean {
    const { times, now } = this.#input;
    const slots = times.within(this.state.cursor, this.#until, STEP_SLOTS);
    const old = slots.filter((slot) => now - slot > ON_TIME_MS && !this.#isWithinWindow(slot));
    const missed = old.filter((slot) => !this.#ran(slot));
    if (missed.length > 0) this.#miss(missed, missed.at(-1)!, null);
    if (old.length > 0) this.state = { ...this.state, cursor: old.at(-1)! };
    for (const slot of slots.slice(old.length)) {
      if (this.#isOver() || this.isPaused) return false;
      if (this.#fire !== null && this.#starts()) return true;
      if (!this.#ran(slot)) this.#decide(slot, now - slot <= ON_TIME_MS ? "time" : "catch-up");
      this.state = { ...this.state, cursor: slot };
    }
    return slots.length === STEP_SLOTS;
  }

  /** Up to when slots are to be decided now. */
  get #until(): number {
    return Math.min(this.#input.now, this.#input.until ?? Infinity);
  }

  #ran(slot: number): boolean {
    return this.#input.ran?.has(slot) ?? false;
  }

  #isWithinWindow(slot: number): boolean {
    const { catchUpWindowMs } = this.#input.schedule.definition;
    return catchUpWindowMs === null || this.#input.now - slot <= catchUpWindowMs;
  }

  /** @param latest The last of those missed; `slots` are the first of them, and no more than can be counted */
  #miss(slots: readonly number[], latest: number, caughtUpBy: number | null): void {
    const { catchUp, catchUpWindowMs } = this.#input.schedule.definition;
    const which = slots.length === 1
      ? "nobody was there in time"
      : `nobody was there in time since ${this.#at(slots[0]!)}`;
    const why = catchUp === "none"
      ? "catch-up is none"
      : caughtUpBy !== null
      ? `made up for by ${this.#at(caughtUpBy)}`
      : `longer ago than the catch-up window of ${formatDuration(catchUpWindowMs ?? 0)}`;
    const many = slots.at(-1) === latest ? "" : `; at least ${slots.length} slots`;
    this.#note({
      ...this.#firing(latest, "time"),
      status: "missed",
      reason: `${which}${many}; ${why}`,
      slots: slots.length,
    });
  }

  #decide(slot: number, trigger: Trigger): void {
    if (!this.#starts()) return this.#overlap(slot, trigger);
    this.#counts(trigger);
    this.#start(this.#firing(slot, trigger));
  }

  /** Whether a slot that is due may start at once. */
  #starts(): boolean {
    if (this.#input.schedule.definition.overlap === "allow") return true;
    return this.#running.length === 0 && this.#queued === 0;
  }

  #overlap(slot: number, trigger: Trigger): void {
    const { overlap } = this.#input.schedule.definition;
    // A backfill takes long, and is no reason to lose a slot.
    const busy = [...this.#running, ...this.#waiting].filter((firing) => firing.trigger !== "backfill");
    // Without a run in its way, the first of those that wait starts in this step.
    const waits = this.#waiting.slice(this.#running.length > 0 ? 0 : 1)
      .find((firing) => firing.trigger !== "backfill");
    if (overlap === "skip" && busy.length > 0) {
      return this.#skip(slot, trigger, `${this.#name(busy[0]!)} has not ended`);
    }
    if (overlap === "queue-one" && waits !== undefined) {
      return this.#skip(slot, trigger, `${this.#at(waits.slot)} waits already`);
    }
    if (overlap === "cancel-previous") this.#replaceWaiting(slot);
    if (this.#queued >= BOUNDS.queuedSlots) {
      return this.#skip(slot, trigger, `${this.#queued} slots wait already`);
    }
    const before = this.#running[0] ?? this.#waiting[0];
    const reason = before === undefined ? "after those before it" : `after ${this.#name(before)}`;
    const firing: Firing = { ...this.#firing(slot, trigger), status: "queued", reason };
    this.#note(firing);
    this.#waiting.push(firing);
    this.#queued++;
    this.#counts(trigger);
  }

  /** More than one waits to take the place of a run when the overlap was another one before: only the newest goes on. */
  keepNewest(): void {
    if (this.#input.schedule.definition.overlap !== "cancel-previous") return;
    const waiting = this.#waiting.filter((firing) => firing.trigger !== "backfill");
    if (waiting.length < 2) return;
    this.#replaceWaiting(waiting.at(-1)!.slot);
    // What does not run after all may be what was counted last.
    const nextAt = this.#isOver() ? null : this.#input.times.next(this.state.cursor);
    this.state = { ...this.state, nextAt };
  }

  #replaceWaiting(slot: number): void {
    const [kept, replaced] = partition(
      this.#waiting,
      (firing) => firing.trigger === "backfill" || firing.slot === slot,
    );
    for (const firing of replaced) {
      this.#note({ ...firing, status: "skipped", reason: `replaced by ${this.#at(slot)}` });
      this.#counts(firing.trigger, -1);
    }
    this.#waiting = kept;
    this.#queued -= replaced.length;
  }

  #skip(slot: number, trigger: Trigger, reason: string): void {
    this.#note({ ...this.#firing(slot, trigger), status: "skipped", reason });
  }

  /** Starts the slot that waits longest, if nothing is in its way; one whose jobs cannot be made is not in the way. */
  startQueued(): void {
    while (!this.isPaused && this.#fire === null && this.#waiting.length > 0) {
      if (this.#running.length > 0 && this.#input.schedule.definition.overlap !== "allow") return;
      this.#queued--;
      this.#start(this.#waiting.shift()!);
    }
  }

  #start(firing: Omit<Firing, "status">): void {
    const { schedule, now } = this.#input;
    try {
      const { jobs, workflow } = batchOf(schedule, firing.slot, now);
      const started: Firing = { ...firing, status: "started", startedAt: now };
      this.#fire = { slot: firing.slot, jobs, workflow };
      this.#note(started);
      this.#running.push(started);
    } catch (error) {
      const reason = `its jobs could not be made: ${(error as Error).message}`;
      this.#note({ ...firing, status: "failed", reason, endedAt: now });
      this.#ended(firing, "failed");
    }
  }

  #counts(trigger: Trigger, slots = 1): void {
    if (trigger === "time" || trigger === "catch-up") {
      this.state = { ...this.state, fired: this.state.fired + slots };
    }
  }

  #isOver(): boolean {
    return runsLeft(this.#input.schedule.definition, this.state) === 0;
  }

  #firing(slot: number, trigger: Trigger): Omit<Firing, "status"> {
    const { schedule, now, by } = this.#input;
    return newFiring(schedule, slot, trigger, now, by);
  }

  #note(firing: Firing): void {
    this.#firings.set(firing.slot, firing);
  }

  #at(slot: number): string {
    return slotText(slot, this.#input.schedule.definition.when.zone);
  }

  #name({ slot, job, run }: Pick<Firing, "slot" | "job" | "run">): string {
    const what = job !== null ? ` (job ${job})` : run !== null ? ` (run ${run})` : "";
    return `${this.#at(slot)}${what}`;
  }

  finished(more: boolean): Plan {
    const { schedule, times } = this.#input;
    const isStopped = this.isPaused || this.#isOver();
    const nextAt = isStopped ? null : times.next(this.state.cursor);
    const state = { ...this.state, nextAt };
    const isChanged = this.#firings.size > 0 || state.cursor !== schedule.state.cursor ||
      nextAt !== schedule.state.nextAt;
    const step: ScheduleStep | null = isChanged
      ? {
        id: schedule.id,
        version: schedule.version,
        state,
        firings: [...this.#firings.values()],
        fire: this.#fire,
      }
      : null;
    return { step, cancel: this.#toCancel(), more: more || (this.#fire !== null && this.#mayStartAnother()) };
  }

  #mayStartAnother(): boolean {
    return this.#queued > 0 && this.#input.schedule.definition.overlap === "allow";
  }

  #toCancel(): readonly Firing[] {
    if (this.isPaused || this.#input.schedule.definition.overlap !== "cancel-previous") return [];
    if (!this.#waiting.some((firing) => firing.trigger !== "backfill")) return [];
    return this.#running.filter((firing) =>
      firing.trigger !== "backfill" && firing.slot !== this.#fire?.slot
    );
  }
}

function plain(
  { schedule, slot, status, trigger, reason, slots, decidedAt, startedAt, endedAt, job, run, by }: Firing,
): Firing {
  return { schedule, slot, status, trigger, reason, slots, decidedAt, startedAt, endedAt, job, run, by };
}

function partition<T>(list: readonly T[], test: (item: T) => boolean): [T[], T[]] {
  return [list.filter(test), list.filter((item) => !test(item))];
}
