/** Words that people use for what a phrase cannot say, or what options say. */

const CALENDARS = "Give a calendar of them as --except, or name the days that remain";
const FORTNIGHT = "Give it as --every 2w --from 2026-01-05T09:00, with your first time";
const TIMES = 'Write a time of day, such as "at 09:00"';
const BETWEEN = "Give it as --between 08:00-18:00";
const ZONE = "Give the zone by its name, as --tz Europe/Prague";
const ONCE = "A phrase says what recurs; for once, give gigq submit --at 'tomorrow 9:00'";
const OFTEN = 'Name the days and the times, as in "every day at 09:00 and 17:00"';

const HINTS: Readonly<Record<string, string>> = {
  between: BETWEEN,
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
  ...{ today: ONCE, tomorrow: ONCE, tonight: ONCE, now: ONCE, next: ONCE, this: ONCE },
  or: 'Join days and times with "and"',
  ...{ cet: ZONE, cest: ZONE, eet: ZONE, eest: ZONE, wet: ZONE, bst: ZONE, ist: ZONE, jst: ZONE },
  ...{ est: ZONE, edt: ZONE, cst: ZONE, cdt: ZONE, mst: ZONE, mdt: ZONE, pst: ZONE, pdt: ZONE },
  ...{ utc: "Give it as --tz UTC", gmt: "Give it as --tz UTC", z: "Give it as --tz UTC" },
};

/** What to do about a word that phrases do not have, by the one behind it as well; `undefined` when nothing is known. */
export function elsewhere(raw: string, next: string): string | undefined {
  const word = raw.toLowerCase();
  if (Object.hasOwn(HINTS, word)) return HINTS[word];
  if (/^[a-z_]+\/[a-z_/]+$/.test(word)) return `Give it as --tz ${raw}`;
  if (/^(business|working|work|office)$/.test(word) && /^(hours?|times?)$/.test(next)) return BETWEEN;
  // `in 5 minutes`.
  if (word === "in" && /^\d/.test(next)) return ONCE;
  return bareNumber(word);
}

/** `0930` is a time of day, 2027 a year, and 2030 may be both. */
function bareNumber(word: string): string | undefined {
  const [, hour, minute] = /^([01]?\d|2[0-3])([0-5]\d)$/.exec(word) ?? [];
  const time = hour === undefined ? null : `"${hour.padStart(2, "0")}:${minute}"`;
  if (!/^(19[7-9]|20)\d\d$/.test(word)) return time === null ? undefined : `Write ${time}`;
  const year = "a first or a last time as --from or --until; phrases name no year";
  return time === null ? `Give ${year}` : `Write a time of day as ${time}, or give ${year}`;
}
