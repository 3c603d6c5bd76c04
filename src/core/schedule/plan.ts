/**
 * What is to be done about a schedule now: ends that were seen, slots that are due, slots that wait for an earlier run.
 *
 * Pure, so that every worker comes to the same answer; the store lets one of them say it (`Schedules.advance`). A step
 * stores the jobs of one slot at most, and is planned anew from what is then stored until there is nothing more to do.
 *
 * Here it is decided which of the slots that are due are made up for; what becomes of each, in `draft.ts`.
 */

import { BOUNDS } from "../bounds.ts";
import { formatDuration } from "../duration.ts";
import { Draft, type Plan, type PlanInput } from "./draft.ts";
import { slotText } from "./slot_text.ts";

/** A slot that is fired up to so much later was fired at its time. */
export const ON_TIME_MS = 60_000;

/** Slots that one step decides about. */
const STEP_SLOTS = 1_000;

/** Decides what to do now. */
export function planSchedule(input: PlanInput): Plan {
  const draft = new Draft(input);
  let more = false;
  draft.settle();
  if (!draft.isPaused) {
    draft.keepNewest();
    more = decideDue(draft, input);
    draft.startQueued();
  }
  return draft.finished(more);
}

/**
 * Decides about slots that are due, earliest first.
 *
 * @returns Whether some are left for the next step
 */
function decideDue(draft: Draft, input: PlanInput): boolean {
  const { nextAt } = draft.state;
  if (draft.isOver || nextAt === null || nextAt > endOf(input)) return false;
  return input.schedule.definition.catchUp === "all" ? decideAll(draft, input) : decideLatest(draft, input);
}

/** One slot at most runs: the latest. */
function decideLatest(draft: Draft, input: PlanInput): boolean {
  const { times, now, schedule: { definition } } = input;
  const { cursor } = draft.state;
  const slots = times.within(cursor, endOf(input), BOUNDS.missedSlots);
  const areAll = slots.length < BOUNDS.missedSlots;
  const last = areAll ? slots.at(-1) : times.last(cursor, endOf(input)) ?? undefined;
  if (last === undefined) return false;
  const isOnTime = now - last <= ON_TIME_MS;
  const runs = !hasRun(last, input) &&
    (isOnTime || (definition.catchUp === "one" && isWithinWindow(last, input)));
  const missed = slots.filter((slot) => !hasRun(slot, input) && !(runs && slot === last));
  if (missed.length > 0) {
    const latest = areAll ? missed.at(-1)! : runs ? times.last(cursor, last - 1)! : last;
    miss(draft, input, missed, hasRun(latest, input) ? missed.at(-1)! : latest, runs ? last : null);
  }
  if (runs) draft.decide(last, isOnTime ? "time" : "catch-up");
  draft.passed(last);
  return false;
}

function decideAll(draft: Draft, input: PlanInput): boolean {
  const { times, now } = input;
  const slots = times.within(draft.state.cursor, endOf(input), STEP_SLOTS);
  const old = slots.filter((slot) => now - slot > ON_TIME_MS && !isWithinWindow(slot, input));
  const missed = old.filter((slot) => !hasRun(slot, input));
  if (missed.length > 0) miss(draft, input, missed, missed.at(-1)!, null);
  if (old.length > 0) draft.passed(old.at(-1)!);
  for (const slot of slots.slice(old.length)) {
    if (draft.isOver || draft.isPaused) return false;
    if (draft.isFull) return true;
    if (!hasRun(slot, input)) draft.decide(slot, now - slot <= ON_TIME_MS ? "time" : "catch-up");
    draft.passed(slot);
  }
  return slots.length === STEP_SLOTS;
}

/** Up to when slots are to be decided now. */
function endOf({ now, until }: PlanInput): number {
  return Math.min(now, until ?? Infinity);
}

function hasRun(slot: number, { ran }: PlanInput): boolean {
  return ran?.has(slot) ?? false;
}

function isWithinWindow(
  slot: number,
  { now, schedule: { definition: { catchUpWindowMs } } }: PlanInput,
): boolean {
  return catchUpWindowMs === null || now - slot <= catchUpWindowMs;
}

/** @param latest The last of those missed; `slots` are the first of them, and no more than can be counted */
function miss(
  draft: Draft,
  { schedule: { definition } }: PlanInput,
  slots: readonly number[],
  latest: number,
  caughtUpBy: number | null,
): void {
  const { catchUp, catchUpWindowMs, when: { zone } } = definition;
  const which = slots.length === 1
    ? "nobody was there in time"
    : `nobody was there in time since ${slotText(slots[0]!, zone)}`;
  const why = catchUp === "none"
    ? "catch-up is none"
    : caughtUpBy !== null
    ? `made up for by ${slotText(caughtUpBy, zone)}`
    : `longer ago than the catch-up window of ${formatDuration(catchUpWindowMs ?? 0)}`;
  const many = slots.at(-1) === latest ? "" : `; at least ${slots.length} slots`;
  draft.note({
    ...draft.firing(latest, "time"),
    status: "missed",
    reason: `${which}${many}; ${why}`,
    slots: slots.length,
  });
}
