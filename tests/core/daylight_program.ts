/**
 * Asks for every half hour of the day, from every half hour around the dates given as arguments, in the time zone of
 * this process. Says on stdout how many answers were right, how many times of day were left out, and how many came
 * twice; throws at a wrong answer.
 */

import { parseTime } from "../../src/core/duration.ts";

const HALF_HOUR = 1_800_000;
const STEPS_PER_DAY = 48;

const pad = (n: number): string => String(n).padStart(2, "0");

/** Asked again and again. */
function remembered<T>(ask: (ms: number) => T): (ms: number) => T {
  const known = new Map<number, T>();
  return (ms) => {
    if (!known.has(ms)) known.set(ms, ask(ms));
    return known.get(ms)!;
  };
}

function minutesOf(text: string): number {
  return Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
}

/** What the clock on the wall shows. */
const shown = remembered((ms) => {
  const at = new Date(ms);
  return `${pad(at.getHours())}:${pad(at.getMinutes())}`;
});

const dayOf = remembered((ms) => new Date(ms).toDateString());

/** The half hours at which the clock shows this on the day of `ms`, in order. */
function timesOn(ms: number, text: string): number[] {
  const found: number[] = [];
  for (let at = ms - 26 * 2 * HALF_HOUR; at <= ms + 26 * 2 * HALF_HOUR; at += HALF_HOUR) {
    if (dayOf(at) === dayOf(ms) && shown(at) === text) found.push(at);
  }
  return found;
}

const counts = { answers: 0, leftOut: 0, twice: 0 };

function fail(why: string, now: number, text: string, at: number): never {
  throw new Error(`"${text}" at ${new Date(now)} is said to be ${new Date(at)}: ${why}`);
}

/** A date with its time goes by the same rule. */
function checkDate(day: number, text: string): void {
  const date = new Date(day);
  const stamp = `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())} ${text}`;
  const at = parseTime(stamp, 0);
  const times = timesOn(day, text);
  if (times.length > 0 ? at !== times[0] : dayOf(at) !== dayOf(day) || shown(at) <= text) {
    fail("that is not its time", 0, stamp, at);
  }
  if (
    times.length === 0 && minutesOf(shown(at - HALF_HOUR)) > minutesOf(text) &&
    dayOf(at - HALF_HOUR) === dayOf(day)
  ) {
    fail("not where the gap ends", 0, stamp, at);
  }
}

function check(now: number, text: string): void {
  const at = parseTime(text, now);
  counts.answers++;
  if (at <= now) fail("that has passed", now, text, at);
  const times = timesOn(at, text);
  if (times.length > 1) counts.twice++;
  if (times.length > 0 && at !== times[0]) fail("not the first time that day", now, text, at);
  if (times.length === 0) {
    counts.leftOut++;
    const [asked, before, got] = [text, shown(at - HALF_HOUR), shown(at)].map(minutesOf) as [
      number,
      number,
      number,
    ];
    const skipped = before < asked || dayOf(at - HALF_HOUR) !== dayOf(at);
    if (!skipped || got <= asked) fail("not where the gap ends", now, text, at);
  }
  for (let before = now + HALF_HOUR; before < at; before += HALF_HOUR) {
    if (shown(before) === text && timesOn(before, text)[0] === before) fail("one was missed", now, text, at);
  }
}

for (const date of Deno.args) {
  const start = Date.parse(`${date}T00:00:00Z`) - 24 * 2 * HALF_HOUR;
  for (let step = 0; step < 3 * STEPS_PER_DAY; step++) {
    for (let half = 0; half < STEPS_PER_DAY; half++) {
      const text = `${pad(half >> 1)}:${half % 2 === 0 ? "00" : "30"}`;
      check(start + step * HALF_HOUR, text);
      if (step % STEPS_PER_DAY === STEPS_PER_DAY / 2) checkDate(start + step * HALF_HOUR, text);
    }
  }
}
console.log(JSON.stringify(counts));
