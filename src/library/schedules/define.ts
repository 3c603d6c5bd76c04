/** From options to the definition of a schedule. */

import { BOUNDS } from "../../core/bounds.ts";
import { formatDuration } from "../../core/duration.ts";
import { UsageError } from "../../core/errors.ts";
import type { Times } from "../../core/ports.ts";
import {
  CATCH_UPS,
  type CatchUp,
  type Overlap,
  OVERLAPS,
  type ScheduleDefinition,
  type ScheduleTarget,
  type TimeRule,
} from "../../core/schedule.ts";
import { defaultOverlap } from "../../core/schedule/definition.ts";
import { batchOf } from "../../core/schedule/target.ts";
import { show } from "../match_input.ts";
import { integer, positive, toMs } from "../numbers.ts";
import { timesOf } from "./calendars.ts";
import type { ScheduleOptions } from "./options.ts";
import { type Patch, pick, toRule } from "./when.ts";

/** A definition, and the slots of its rule. */
export interface Defined {
  readonly definition: ScheduleDefinition;
  readonly times: Times;
}

/** Slots that are looked at for the shortest time between two. */
const LOOKED_AT = 50;
const MOST_COUNT = Number.MAX_SAFE_INTEGER;

/**
 * Completes and checks the definition of a schedule, down to the jobs of its next slot: what is wrong is told to who
 * writes it, not at night.
 *
 * @param base What holds where an option is absent; `null`: the defaults
 * @param stored The definition whose place it takes, if there is one
 * @throws {UsageError} For an option that makes no sense, or a schedule that would never be due
 * @throws {DataError} When its jobs could not be made, or it is too large
 */
export async function define(
  name: string,
  target: ScheduleTarget,
  options: Patch<ScheduleOptions>,
  base: ScheduleDefinition | null,
  now: number,
  stored: ScheduleDefinition | null = base,
): Promise<Defined> {
  const when = await toRule(options, base?.when ?? null, now, stored?.when ?? null);
  const times = await timesOf(when);
  const definition = toDefinition(target, when, options, base);
  refuseTooLarge(definition);
  refuseLongJitter(definition.jitterMs, times, now);
  // Any slot would do; the next one is what people think of.
  batchOf({ name, definition }, times.next(now) ?? now, now);
  return { definition, times };
}

function toDefinition(
  target: ScheduleTarget,
  when: TimeRule,
  options: Patch<ScheduleOptions>,
  base: ScheduleDefinition | null,
): ScheduleDefinition {
  const catchUp = pick(
    options.catchUp,
    base?.catchUp,
    "one",
    (word) => oneOf<CatchUp>("catchUp", word, CATCH_UPS),
  );
  return {
    when,
    target,
    overlap: pick(
      options.overlap,
      base?.overlap,
      defaultOverlap(catchUp),
      (word) => oneOf<Overlap>("overlap", word, OVERLAPS),
    ),
    catchUp,
    catchUpWindowMs: pick<string | number, number | null>(
      options.catchUpWindow,
      base?.catchUpWindowMs,
      null,
      (window) => Math.round(positive("catch-up window", window)),
    ),
    count: pick(options.count, base?.count, null, (count) => integer("count", count, 1, MOST_COUNT)),
    jitterMs: pick(options.jitter, base?.jitterMs, 0, (jitter) => Math.round(toMs("jitter", jitter))),
    pauseOnFailure: pick(
      options.pauseOnFailure,
      base?.pauseOnFailure,
      null,
      (failures) => integer("number of failures to pause on", failures, 1, MOST_COUNT),
    ),
    description: pick(options.description, base?.description, null, toDescription),
  };
}

function oneOf<T extends string>(what: string, word: unknown, words: readonly T[]): T {
  const found = words.find((known) => known === word);
  if (found !== undefined) return found;
  throw new UsageError(`${what} is one of ${words.join(", ")}, not ${show(word)}`);
}

function toDescription(text: string): string | null {
  if (typeof text !== "string") throw new UsageError(`The description is text, not ${show(text)}`);
  return text === "" ? null : text;
}

function refuseTooLarge(definition: ScheduleDefinition): void {
  const bytes = new TextEncoder().encode(JSON.stringify(definition)).length;
  if (bytes <= BOUNDS.scheduleBytes) return;
  const { except, only } = definition.when;
  throw new UsageError(
    `The schedule is ${bytes} bytes of JSON, more than the ${BOUNDS.scheduleBytes} allowed`,
    {
      hint: except.length + only.length > 0
        ? "Leave events of the past out of its calendars"
        : "Write the data to a file and pass its path",
    },
  );
}

function refuseLongJitter(jitterMs: number, times: Times, now: number): void {
  if (jitterMs === 0) return;
  let shortest = Infinity;
  for (let count = 0, last = times.next(now); count < LOOKED_AT && last !== null; count++) {
    const next = times.next(last);
    if (next !== null) shortest = Math.min(shortest, next - last);
    last = next;
  }
  if (jitterMs < shortest) return;
  throw new UsageError(
    `Jitter ${formatDuration(jitterMs)} is not shorter than the time from one slot to the next, ${
      formatDuration(shortest)
    }`,
    { hint: "A run would begin after the next one" },
  );
}
