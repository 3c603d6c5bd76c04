/** What is due at one moment, taken to its end: each schedule's steps, one after the other, all schedules side by side. */

import { BOUNDS } from "../../core/bounds.ts";
import { DataError, NotFoundError, UsageError } from "../../core/errors.ts";
import type { Advanced, Due, DueSchedule, ScheduleStep, Store } from "../../core/ports.ts";
import type { Firing, Schedule } from "../../core/schedule.ts";
import type { Plan } from "../../core/schedule/draft.ts";
import { ON_TIME_MS, planSchedule } from "../../core/schedule/plan.ts";
import { nextTurn } from "../wakeup.ts";
import { judgeEnds } from "./ends.ts";
import type { Rules } from "./rules.ts";
import { type View, viewAfter } from "./view.ts";

const REFUSED = "The store has an entry for this slot already";

/** Schedules whose steps are taken in one turn, so that a store commits them together. */
const TOGETHER = 200;
/**
 * Steps of one schedule until the others get their turn again: who catches up must not hold up those on time. Fewer than
 * there are queued slots in a look, so that none is passed over that was not shown.
 */
const STEPS = BOUNDS.queuedShown / 2;

export interface PassOptions {
  readonly store: Store;
  readonly rules: Rules;
  readonly by: string;
  /** See {@linkcode SchedulerOptions.until}. */
  readonly until?: number | undefined;
  /** A step was taken. */
  readonly advanced: (before: Schedule, step: ScheduleStep, told: Accepted) => void;
  /** The jobs of these runs are to end. */
  readonly cancel: (firings: readonly Firing[]) => Promise<void>;
  /** Nothing can be done with this one, as it is. */
  readonly failed: (schedule: Schedule, error: unknown) => void;
  /** Versions from which a step was refused in this look, by schedule. */
  readonly refused: Map<Schedule["id"], number>;
}

export type Accepted = Extract<Advanced, { accepted: true }>;

/** What a step came to: the schedule as it is now, and whether there is more to do, at once or after a fresh look. */
interface Turn {
  readonly view: View;
  readonly then: "done" | "more" | "look";
}

export class Pass {
  /** Whether to look once more: somebody else was first, or there is more to do than was seen. */
  again = false;
  /** Whether a slot waits for a run to end. */
  queued = false;
  /** When the first schedule is due that has nothing to do now; `null` for none. */
  nextAt: number | null;
  #turns: Promise<void> = Promise.resolve();

  constructor(
    private readonly options: PassOptions,
    private readonly due: Due,
    private readonly now: number,
  ) {
    this.nextAt = due.nextAt;
  }

  /** @param start Where in the list to begin, from 0 to 1: workers that begin at other places meet seldom */
  async run(start: number, signal: AbortSignal): Promise<void> {
    for (const group of groupsOf(this.due.schedules, start)) {
      if (signal.aborted) return;
      await this.#group(group, signal);
      // Who was first has the others in hand, too, by now.
      if (this.again) return;
    }
  }

  async #group(group: readonly DueSchedule[], signal: AbortSignal): Promise<void> {
    const { store } = this.options;
    let views: readonly View[] = await Promise.all(
      group.map(async (due) => ({ ...due, open: await judgeEnds(await this.#openOf(due), store) })),
    );
    for (let step = 0; views.length > 0 && !signal.aborted; step++) {
      if (step === STEPS) {
        this.again = true;
        return;
      }
      const turns = await settled(views.map((view) => this.#turn(view)));
      for (const { view, then } of turns) if (then !== "more") this.#leave(view, then === "look");
      views = turns.filter(({ then }) => then === "more").map(({ view }) => view);
    }
  }

  /**
   * Where more wait than a look is shown, which a backfill brings about, the last of them, too: whether another slot is to
   * wait depends on those that are waiting behind it.
   */
  async #openOf(
    { schedule: { id, state: { nextAt } }, open, queued }: DueSchedule,
  ): Promise<DueSchedule["open"]> {
    const shown = new Set(open.filter(({ status }) => status === "queued").map(({ slot }) => slot));
    if (queued <= shown.size || nextAt === null || nextAt > this.now) return open;
    const filter = { schedules: [id], statuses: ["queued"], limit: BOUNDS.queuedShown } as const;
    const last = (await this.options.store.schedules.firings(filter)).filter(({ slot }) => !shown.has(slot));
    return [...open, ...last.toReversed().map((firing) => ({ ...firing, jobs: {} }))];
  }

  #leave({ schedule, queued }: View, again: boolean): void {
    this.again ||= again;
    this.queued ||= queued > 0 && schedule.state.paused === null;
    const { nextAt } = schedule.state;
    if (nextAt !== null && nextAt > this.now) this.nextAt = Math.min(this.nextAt ?? Infinity, nextAt);
  }

  async #turn(view: View): Promise<Turn> {
    let plan = await this.#plan(view);
    if (plan !== null && this.#mayComeAgain(view, plan)) {
      const ran = await this.#ran(view);
      if (ran.size > 0) plan = await this.#plan(view, ran);
    }
    const after = plan === null ? null : await this.#carryOut(view, plan);
    if (after === null) return { view, then: "done" };
    if (after === "refused") return { view, then: "look" };
    if (plan!.cancel.length > 0) await this.options.cancel(plan!.cancel);
    return { view: after, then: plan!.step !== null && plan!.more ? "more" : "done" };
  }

  /** Takes the step of a plan; `null` when that cannot be done, now or later. */
  async #carryOut(view: View, { step }: Plan): Promise<View | "refused" | null> {
    const { advanced, failed, store, refused } = this.options;
    const { schedule } = view;
    if (step === null) return view;
    try {
      const told = await store.schedules.advance(step, this.now);
      if (told.accepted) {
        advanced(schedule, step, told);
        return viewAfter(view, step, told);
      }
      // Somebody was first: then the next look finds another version.
      if (refused.get(schedule.id) === schedule.version) throw new DataError(REFUSED);
      refused.set(schedule.id, schedule.version);
      return "refused";
    } catch (error) {
      if (!isOfSchedule(error)) throw error;
      failed(schedule, error);
      return null;
    }
  }

  /**
   * Whether slots that are due may have run already, or wait: a clock was set back, and somebody let the schedule go on from
   * there. What would be stored over such an entry is looked for; that a slot runs twice, the store refuses.
   */
  #mayComeAgain({ schedule: { id, version, state: { cursor } } }: View, { step }: Plan): boolean {
    if (this.options.refused.get(id) === version) return true;
    return step?.firings.some(({ slot, job, run }) =>
      slot > cursor && slot !== step.fire?.slot && job === null && run === null
    ) ?? false;
  }

  async #ran({ schedule: { id, state: { cursor } } }: View): Promise<ReadonlySet<number>> {
    const entries = await this.options.store.schedules.firings({
      schedules: [id],
      from: cursor + 1,
      until: this.now,
    });
    return new Set(
      entries.filter(({ status, job, run }) => status === "queued" || job !== null || run !== null)
        .map(({ slot }) => slot),
    );
  }

  /** One after the other: those that are asked for together would all come at once. */
  #nextTurn(): Promise<void> {
    return this.#turns = this.#turns.then(nextTurn);
  }

  /** Whatever goes wrong here is this schedule's own trouble: a rule of a later version, a target that is not understood. */
  async #plan({ schedule, open, queued }: View, ran?: ReadonlySet<number>): Promise<Plan | null> {
    const { rules, by, until, failed } = this.options;
    try {
      const times = await rules.times(schedule);
      // To count what was missed takes its time: whatever else goes on here has its turn in between.
      if (this.now - (schedule.state.nextAt ?? this.now) > ON_TIME_MS) await this.#nextTurn();
      return planSchedule({ schedule, open, queued, times, ran, now: this.now, until, by });
    } catch (error) {
      failed(schedule, error);
      return null;
    }
  }
}

/** What a store refuses about one schedule; everything else is about the store. */
function isOfSchedule(error: unknown): boolean {
  return [UsageError, NotFoundError, DataError].some((kind) => error instanceof kind);
}

/** All answers, once all are there; the first failure is thrown then. */
async function settled<T>(promises: readonly Promise<T>[]): Promise<readonly T[]> {
  await Promise.allSettled(promises);
  return await Promise.all(promises);
}

function* groupsOf(
  schedules: readonly DueSchedule[],
  start: number,
): Generator<readonly DueSchedule[]> {
  const first = schedules.length > TOGETHER ? Math.floor(start * schedules.length) : 0;
  const ordered = [...schedules.slice(first), ...schedules.slice(0, first)];
  for (let at = 0; at < ordered.length; at += TOGETHER) yield ordered.slice(at, at + TOGETHER);
}
