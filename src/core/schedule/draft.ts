/**
 * A plan in the making: how runs ended, and what becomes of one slot after the other while runs are open. Which slots are
 * to be decided about is the business of `plan.ts`.
 */

import { BOUNDS } from "../bounds.ts";
import type { ScheduleStep, Times } from "../ports.ts";
import type { Firing, RunEnd, Schedule, ScheduleState, Trigger } from "../schedule.ts";
import { runsLeft } from "./definition.ts";
import { newFiring } from "./firing.ts";
import { slotText } from "./slot_text.ts";
import { batchOf } from "./target.ts";

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

/** Collects what is decided. Every slot and every run is told of once. */
export class Draft {
  readonly #input: PlanInput;
  readonly #firings = new Map<number, Firing>();
  /** Runs that have not ended. */
  readonly #running: Firing[];
  /** Slots that wait, earliest first: the first of them. */
  #waiting: Firing[];
  #queued: number;
  #fire: ScheduleStep["fire"] = null;
  #state: ScheduleState;

  constructor(input: PlanInput) {
    this.#input = input;
    this.#state = input.schedule.state;
    this.#running = input.open.filter(({ status, end }) => status === "started" && end === null).map(plain);
    this.#waiting = input.open.filter(({ status }) => status === "queued").map(plain);
    this.#queued = input.queued;
  }

  /** How the schedule stands by now. */
  get state(): ScheduleState {
    return this.#state;
  }

  /** Too many failures pause it in the midst of a step, too. */
  get isPaused(): boolean {
    return this.#state.paused !== null;
  }

  /**
   * Notes how runs ended, and pauses when too many failed one after the other: in the order in which they ended, so that it
   * does not matter how many ends a look sees.
   */
  settle(): void {
    const ended = this.#input.open.filter(({ status, end }) => status === "started" && end !== null);
    for (const firing of ended.sort((a, b) => (a.endedAt ?? 0) - (b.endedAt ?? 0))) {
      this.note({
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
    const recent = [...this.#state.recent, end].slice(-BOUNDS.recentRuns);
    const failures = end === "failed"
      ? this.#state.failures + 1
      : end === "completed"
      ? 0
      : this.#state.failures;
    this.#state = { ...this.#state, recent, failures };
    if (end !== "failed" || pauseOnFailure === null || failures < pauseOnFailure) return;
    if (this.isPaused) return;
    const runs = failures === 1 ? "a run failed" : `${failures} runs in a row failed`;
    const reason = `${runs}, the last for ${this.#name(firing)}`;
    this.#state = { ...this.#state, paused: { at: this.#input.now, reason } };
  }

  /** A slot runs: it starts, or the schedule's overlap says what becomes of it. */
  decide(slot: number, trigger: Trigger): void {
    if (!this.#starts()) return this.#overlap(slot, trigger);
    this.#counts(trigger);
    this.#start(this.firing(slot, trigger));
  }

  /** What is to become of slots up to this one is decided. */
  passed(slot: number): void {
    this.#state = { ...this.#state, cursor: slot };
  }

  /** Whether another slot would start, too, which takes another step. */
  get isFull(): boolean {
    return this.#fire !== null && this.#starts();
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
    const firing: Firing = { ...this.firing(slot, trigger), status: "queued", reason };
    this.note(firing);
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
    const nextAt = this.isOver ? null : this.#input.times.next(this.#state.cursor);
    this.#state = { ...this.#state, nextAt };
  }

  #replaceWaiting(slot: number): void {
    const [kept, replaced] = partition(
      this.#waiting,
      (firing) => firing.trigger === "backfill" || firing.slot === slot,
    );
    for (const firing of replaced) {
      this.note({ ...firing, status: "skipped", reason: `replaced by ${this.#at(slot)}` });
      this.#counts(firing.trigger, -1);
    }
    this.#waiting = kept;
    this.#queued -= replaced.length;
  }

  #skip(slot: number, trigger: Trigger, reason: string): void {
    this.note({ ...this.firing(slot, trigger), status: "skipped", reason });
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
      this.note(started);
      this.#running.push(started);
    } catch (error) {
      const reason = `its jobs could not be made: ${(error as Error).message}`;
      this.note({ ...firing, status: "failed", reason, endedAt: now });
      this.#ended(firing, "failed");
    }
  }

  #counts(trigger: Trigger, slots = 1): void {
    if (trigger === "time" || trigger === "catch-up") {
      this.#state = { ...this.#state, fired: this.#state.fired + slots };
    }
  }

  /** Whether it has run as often as its count says. */
  get isOver(): boolean {
    return runsLeft(this.#input.schedule.definition, this.#state) === 0;
  }

  /** A new entry about a slot. */
  firing(slot: number, trigger: Trigger): Omit<Firing, "status"> {
    const { schedule, now, by } = this.#input;
    return newFiring(schedule, slot, trigger, now, by);
  }

  /** Keeps an entry of the history, in the place of what was said of its slot before. */
  note(firing: Firing): void {
    this.#firings.set(firing.slot, firing);
  }

  #at(slot: number): string {
    return slotText(slot, this.#input.schedule.definition.when.zone);
  }

  #name({ slot, job, run }: Pick<Firing, "slot" | "job" | "run">): string {
    const what = job !== null ? ` (job ${job})` : run !== null ? ` (run ${run})` : "";
    return `${this.#at(slot)}${what}`;
  }

  /** @param more Whether slots that are due are left for the next step */
  finished(more: boolean): Plan {
    const { schedule, times } = this.#input;
    const isStopped = this.isPaused || this.isOver;
    const nextAt = isStopped ? null : times.next(this.#state.cursor);
    const state = { ...this.#state, nextAt };
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
