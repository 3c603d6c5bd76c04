/** Running slots of the past. */

import { BOUNDS } from "../../core/bounds.ts";
import { UsageError } from "../../core/errors.ts";
import type { Times } from "../../core/ports.ts";
import type { Firing, Schedule } from "../../core/schedule.ts";
import { backfill as backfillStep } from "../../core/schedule/by_hand.ts";
import { slotText } from "../../core/schedule/slot_text.ts";
import { checkKeys } from "./arguments.ts";
import { timesOf } from "./calendars.ts";
import { BY, change, find, type ScheduleQueue } from "./change.ts";
import { isDay, toMoment } from "./moment.ts";
import { importLate } from "./late.ts";
import type * as Tick from "./tick.ts";
import type { Backfilled, BackfillOptions } from "./types.ts";

const DAY_MS = 86_400_000;
/** Slots of one row are no further apart: a leap year may be left out. */
const FURTHEST_MS = 9 * 366 * DAY_MS;

interface Range {
  readonly from: number;
  readonly until: number;
}

/** See `QueueSchedules.backfill`. */
export async function backfill(
  queue: ScheduleQueue,
  name: string,
  options: BackfillOptions,
): Promise<Backfilled> {
  checkKeys("backfill", options);
  const found = await find(queue, name);
  const range = await toRange(found, options, queue.now());
  if (options.dryRun) return await foretold(queue, found, range);
  // Slots that are due but undecided are not of the past yet.
  if (found.state.nextAt !== null && found.state.nextAt <= range.until) {
    await (await importLate<typeof Tick>("./tick.ts")).tick(queue);
  }
  let result: Backfilled = { queued: [], already: [] };
  await change(queue, name, async (schedule, now) => {
    const { definition: { when }, state: { nextAt } } = schedule;
    const entries = await entriesFrom(queue, schedule, range.from);
    // What became due just now is the schedule's own.
    const slots = (await slotsOf(schedule, range)).filter((slot) => nextAt === null || slot < nextAt);
    result = sort(slots, entries);
    if (result.queued.length === 0) return null;
    await refuseTooMany(queue, schedule, result.queued.length);
    const step = backfillStep(schedule, result.queued, now, BY);
    return {
      ...step,
      firings: [
        ...step.firings,
        ...leftOfRows(entries, await entriesFrom(queue, schedule), result.queued, await timesOf(when)),
      ],
    };
  });
  return result;
}

async function toRange(
  { definition: { when: { zone } } }: Schedule,
  options: BackfillOptions,
  now: number,
): Promise<Range> {
  const from = await toMoment("from", options.from, { zone, now, edge: "first", toward: "past" });
  const until = await toMoment("until", options.until, { zone, now, edge: "last", toward: "past" });
  if (until < from) {
    throw new UsageError("The end of a backfill is before its beginning", {
      hint: `It is from ${slotText(from, zone)} until ${slotText(until, zone)}`,
    });
  }
  // A day that has not ended is meant as far as it has come.
  const today = isDay(options.until) && from <= now && until - now < DAY_MS;
  if (until > now && !today) {
    throw new UsageError(`A backfill is of the past, and ${slotText(until, zone)} is still to come`, {
      hint: "Slots to come run by themselves",
    });
  }
  return { from, until: Math.min(until, now) };
}

/** Without deciding what is due: what is made up for will have run. */
async function foretold(queue: ScheduleQueue, schedule: Schedule, range: Range): Promise<Backfilled> {
  const { definition: { catchUp }, state: { nextAt } } = schedule;
  const slots = await slotsOf(schedule, range);
  const { queued, already } = sort(slots, await entriesFrom(queue, schedule, range.from));
  const due = queued.filter((slot) => nextAt !== null && slot >= nextAt);
  const runs = new Set(catchUp === "all" ? due : catchUp === "one" ? due.slice(-1) : []);
  return {
    queued: queued.filter((slot) => !runs.has(slot)),
    already: [...already, ...runs].sort((a, b) => a - b),
  };
}

async function slotsOf(
  { definition: { when } }: Schedule,
  { from, until }: Range,
): Promise<readonly number[]> {
  const slots = (await timesOf(when)).within(from - 1, until, BOUNDS.queuedSlots + 1);
  if (slots.length > BOUNDS.queuedSlots) {
    throw new UsageError(
      `From ${slotText(from, when.zone)} until ${
        slotText(until, when.zone)
      } there are more than the ${BOUNDS.queuedSlots} slots that may be queued`,
      { hint: "Run a shorter time first" },
    );
  }
  return slots;
}

async function entriesFrom(
  { store }: ScheduleQueue,
  { id }: Schedule,
  from = -Infinity,
): Promise<readonly Firing[]> {
  return await store.schedules.firings({ schedules: [id], ...Number.isFinite(from) && { from } });
}

function sort(slots: readonly number[], entries: readonly Firing[]): Backfilled {
  const ran = new Set(
    entries.filter(({ status }) => status !== "skipped" && status !== "missed").map(({ slot }) => slot),
  );
  return {
    queued: slots.filter((slot) => !ran.has(slot)),
    already: slots.filter((slot) => ran.has(slot)),
  };
}

async function refuseTooMany({ store }: ScheduleQueue, { id, name }: Schedule, more: number): Promise<void> {
  const queued = (await store.schedules.firings({ schedules: [id], statuses: ["queued"] })).length;
  if (queued + more <= BOUNDS.queuedSlots) return;
  throw new UsageError(
    `Schedule "${name}" has ${queued} queued slots, and with ${more} more it would have more than the ${BOUNDS.queuedSlots} allowed`,
    { hint: "Wait until some of them have run, or run a shorter time" },
  );
}

/**
 * An entry may stand for several missed slots: what is left of them when some run after all.
 *
 * @param entries Those of the range
 * @param all Those of the whole history: a row may reach back beyond the range
 */
function leftOfRows(
  entries: readonly Firing[],
  all: readonly Firing[],
  queued: readonly number[],
  times: Times,
): readonly Firing[] {
  const runs = new Set(queued);
  const own = new Set(all.map(({ slot }) => slot));
  return entries.flatMap((entry): Firing[] => {
    if (!isRow(entry)) return [];
    const before = all.find((other) => isRow(other) && other.slot < entry.slot)?.slot ?? -Infinity;
    const row = rowOf(entry, before, own, times);
    const left = row.filter((slot) => !runs.has(slot));
    const slots = entry.slots - (row.length - left.length);
    return left.length === 0 || slots === entry.slots ? [] : [{ ...entry, slot: left[0]!, slots }];
  });
}

function isRow({ status, slots }: Firing): boolean {
  return status === "missed" && slots > 1;
}

/**
 * The slots that an entry stands for, the latest first.
 *
 * @param before The latest slot of the row before it
 * @param own Slots with an entry of their own, such as those of an earlier backfill
 */
function rowOf(
  { slot, slots }: Firing,
  before: number,
  own: ReadonlySet<number>,
  times: Times,
): readonly number[] {
  const row = [slot];
  let at: number | null = slot;
  while (row.length < slots) {
    at = times.last(at - FURTHEST_MS, at - 1);
    if (at === null || at <= before) break;
    if (!own.has(at)) row.push(at);
  }
  return row;
}
