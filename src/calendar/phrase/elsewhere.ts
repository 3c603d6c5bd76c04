/** Words that people use for what a phrase cannot say, or what options say. */

const CALENDARS = "Give a calendar of them as --except, or name the days that remain";
const FORTNIGHT = "Give it as --every 2w --from 2026-01-05T09:00, with your first time";
const TIMES = 'Write a time of day, such as "at 09:00"';
const OFTEN = 'Name the days and the times, as in "every day at 09:00 and 17:00"';

const HINTS: Readonly<Record<string, string>> = {
  between: "Give it as --between 08:00-18:00",
  from: "Give the times of the day as --between 08:00-18:00, a first time as --from",
  ...{ starting: "Give it as --from", since: "Give it as --from" },
  ...{ until: "Give it as --until", till: "Give it as --until" },
  ...{ except: CALENDARS, excluding: CALENDARS, but: CALENDARS, not: CALENDARS },
  ...{ fortnightly: FORTNIGHT, biweekly: FORTNIGHT, bi: FORTNIGHT, alternate: FORTNIGHT },
  ...{
    morning: TIMES,
    mornings: TIMES,
    afternoon: TIMES,
    evening: TIMES,
    evenings: TIMES,
    night: TIMES,
    nights: TIMES,
  },
  ...{ nightly: TIMES, "o'clock": TIMES, once: OFTEN, twice: OFTEN },
  ...{ utc: "Give it as --tz UTC", gmt: "Give it as --tz UTC", z: "Give it as --tz UTC" },
};

/** What to do about a word that phrases do not have; `undefined` when nothing is known of it. */
export function elsewhere(raw: string): string | undefined {
  const word = raw.toLowerCase();
  if (Object.hasOwn(HINTS, word)) return HINTS[word];
  if (/^[a-z_]+\/[a-z_/]+$/.test(word)) return `Give it as --tz ${raw}`;
  if (/^\d{4}$/.test(word)) return "Give a first or a last time as --from or --until; phrases name no year";
  return undefined;
}
