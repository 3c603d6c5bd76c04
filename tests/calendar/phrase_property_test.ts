import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { readCron } from "../../src/calendar/cron/pattern.ts";
import { parsePhrase } from "../../src/calendar/phrase.ts";
import { MONTHS, VOCABULARY, WEEKDAYS } from "../../src/calendar/phrase/words.ts";
import { UsageError } from "../../src/core/errors.ts";

const word = (...words: readonly string[]): fc.Arbitrary<string> => fc.constantFrom(...words);
const list = (part: fc.Arbitrary<string>, max = 3): fc.Arbitrary<string> =>
  fc.tuple(fc.array(part, { minLength: 1, maxLength: max }), word(", ", " and ", " & ", ", and ")).map(
    ([parts, joint]) => parts.join(joint),
  );
const words = (...parts: readonly fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
  fc.tuple(...parts).map((said) => said.filter((text) => text !== "").join(" "));

const weekday = word(
  ...WEEKDAYS,
  "mon",
  "tues",
  "weekdays",
  "weekends",
  "fridays",
  "monday to wednesday",
  "sat-mon",
);
const month = word(...MONTHS, "jan", "sept", "november to february");
const ordinal = word("first", "second", "third", "4th", "1st", "2nd", "last");
const scope = fc.oneof(
  word("", "of the month", "of the quarter", "of the year", "each month", "of every quarter"),
  words(word("of", "in"), list(month)),
);
const days = fc.oneof(
  words(word("", "every", "on", "each"), list(weekday), fc.oneof(word(""), words(word("in"), list(month)))),
  words(word("", "the", "on the"), list(ordinal, 2), list(word("monday", "friday", "sun", "day"), 2), scope),
  words(word("", "the"), word("first", "last", "first and last"), word("working day", "weekday"), scope),
  words(list(word("1st", "3rd", "15th", "28th", "10th to 12th")), scope),
  words(list(word("1", "15", "27th")), month),
  words(word("month", "quarter", "year"), word("start", "end")),
  words(word("monthly", "quarterly", "every year"), word("", "on the 3rd", "on the last friday")),
);
const clock = word("09:00", "9am", "5:30 pm", "noon", "midnight", "23:59", "8:00:30", "0:15");
const times = fc.oneof(word(""), words(word("", "at"), list(clock)));
const interval = fc.oneof(
  words(word("every 15 minutes", "hourly", "every 2 hours", "every hour at :15 and :45", "every 10 seconds")),
);
const sentence = fc.oneof(
  words(list(days, 2), times),
  words(times, days),
  words(interval, fc.oneof(word(""), days)),
);
const phrase = fc.array(sentence, { minLength: 1, maxLength: 2 }).map((parts) => parts.join("; "))
  .filter((text) => text.trim() !== "");

/** What a phrase is read as; `null` when it is refused, and then by a word of it. */
function readOrNamed(text: string): ReturnType<typeof parsePhrase> | null {
  try {
    return parsePhrase(text);
  } catch (error) {
    assert(error instanceof UsageError, `${text}: ${error}`);
    const shown = text.trim().replaceAll(/\s+/g, " ");
    const [, named, place] = /: "([^"]+)" \(word (\d+)\)/.exec(error.message.replace(`"${shown}"`, "")) ??
      / ends after "([^"]+)" \(word (\d+)\)/.exec(error.message) ?? [];
    if (named === undefined) {
      assert(/^(;|$)|;\s*;/.test(shown) && error.message.includes("empty"), `${text}: ${error.message}`);
      return null;
    }
    const at = shown.split(" ")[Number(place) - 1] ?? "";
    const begin = named.split(" ")[0]!;
    assert(at.includes(begin) || begin.includes(at), `${text}: ${error.message}`);
    assert(error.hint !== undefined, text);
    return null;
  }
}

function checkEcho(text: string, read: ReturnType<typeof parsePhrase>): void {
  assertEquals(parsePhrase(read.text), read, text);
  for (const cron of read.crons) {
    assert(readCron(cron).next(Date.UTC(2026, 0, 1)) !== null, `${text}: ${cron}`);
  }
}

Deno.test("phrases: the echo of any phrase reads the same, and each pattern is due some day", () => {
  let understood = 0;
  fc.assert(
    fc.property(phrase, (text) => {
      const read = readOrNamed(text);
      if (read === null) return;
      understood++;
      checkEcho(text, read);
    }),
    { numRuns: 1_500 },
  );
  assert(understood > 700, `only ${understood} of the phrases were understood`);
});

Deno.test("phrases: with a word left out or misspelt they say what they became, or name a word", () => {
  const spoiled = fc.tuple(phrase, fc.nat(), fc.nat(), word("drop", "cut", "swap", "double", "replace")).map(
    ([text, at, letter, how]) => {
      const parts = text.split(" ");
      const index = at % parts.length;
      const old = parts[index]!;
      const cut = letter % old.length;
      const made = {
        drop: "",
        cut: old.slice(0, cut) + old.slice(cut + 1),
        swap: old.slice(0, cut) + (old[cut + 1] ?? "") + old[cut] + old.slice(cut + 2),
        double: `${old} ${old}`,
        replace: VOCABULARY[letter % VOCABULARY.length]!,
      }[how as "drop"];
      return parts.toSpliced(index, 1, ...made === "" ? [] : [made]).join(" ");
    },
  );
  fc.assert(
    fc.property(spoiled, (text) => {
      const read = readOrNamed(text);
      if (read !== null) checkEcho(text, read);
    }),
    { numRuns: 3_000 },
  );
});

Deno.test("phrases: any text is read or refused", () => {
  const token = fc.oneof(
    word(...VOCABULARY, ",", "&", "-", ";", "9", ":15", "9:00", "am"),
    fc.string({ maxLength: 6 }),
  );
  fc.assert(
    fc.property(fc.array(token, { maxLength: 12 }), (tokens) => {
      const text = tokens.join(" ").replaceAll('"', "");
      const read = readOrNamed(text);
      if (read !== null) checkEcho(text, read);
    }),
    { numRuns: 3_000 },
  );
});

Deno.test("phrases: counted days are those that counting finds", () => {
  const year = 2027;
  const dates = Array.from({ length: 365 }, (_, day) => new Date(Date.UTC(year, 0, 1 + day)));
  const monthsOf = { month: () => true, quarter: (m: number) => m % 3, year: (m: number) => m } as const;
  for (const [span, skips] of Object.entries(monthsOf)) {
    for (const [n, name] of ["first", "second", "third", "fourth", "last"].entries()) {
      for (const [weekday, noun] of WEEKDAYS.entries()) {
        const wanted = dates.filter((date) => {
          const [m, d] = [date.getUTCMonth(), date.getUTCDate()];
          const length = new Date(Date.UTC(year, m + 1, 0)).getUTCDate();
          const counted = name === "last" ? d > length - 7 : Math.ceil(d / 7) === n + 1;
          const place = name === "last" ? 11 - m : m;
          return date.getUTCDay() === weekday && counted && (skips === monthsOf.month || skips(place) === 0);
        });
        const patterns = parsePhrase(`${name} ${noun} of the ${span}`).crons.map(readCron);
        const found = dates.filter((date) => patterns.some((cron) => cron.next(+date - 1_000) === +date));
        assertEquals(found, wanted, `${name} ${noun} of the ${span}`);
      }
    }
  }
});
