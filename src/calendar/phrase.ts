/**
 * Recurrence in English: a strict little grammar that is written as cron patterns.
 *
 * ```text
 * text      = phrase {";" phrase}
 * phrase    = part {[","] part}            each kind of part once, in any order
 * part      = days | interval | ["at"] times | period
 * days      = group {and group}
 * group     = ["on"] ["every"] ["the"] (weekdays | counted | edge) [of]
 * weekdays  = weekday ["to" weekday] | "day" | "weekday" | "working day" | "weekend"   and lists of them
 * counted   = ordinals (weekday | "day" | "working day")  and lists of them | ordinals | "day" number | number month
 * edge      = "month|quarter|year" "start|end" | "start|beginning|end" of
 * of        = "of|in" ["the|each|every"] "month|quarter|year" | ["of|in"] month ["to" month]   and lists of them
 * interval  = "every" [number] "seconds|minutes|hours" | "hourly" | "every half hour"; after hours: "at" ":15"
 * times     = 09:00 | 09:00:30 | 9am | 9:30 pm | "noon" | "midnight"   and lists of them
 * period    = "every month|quarter|year|week" | "monthly" …| "in" month | "every" month
 * and       = "," | "and" | "&" | ", and"
 * ```
 *
 * Names may be short (`mon`, `jan`) and plural (`mondays`); case and spaces do not matter. Without a time of the day it
 * is 00:00. What is not understood is an error that names the word; what no pattern can say (`every other friday`,
 * `every 7 minutes`) is one that names the way out. Nothing is guessed.
 */

import { BOUNDS } from "../core/bounds.ts";
import { UsageError } from "../core/errors.ts";
import { cronsOf } from "./phrase/crons.ts";
import { Reader, type Token, tokenize } from "./phrase/reader.ts";
import { readSentence } from "./phrase/sentence.ts";
import { write } from "./phrase/write.ts";

/** What a phrase means. */
export interface Phrase {
  /** Cron patterns, as croner reads them; the phrase is due at the times of all of them together. */
  readonly crons: readonly string[];
  /** The phrase in full and in its plainest words, for people; reading it again gives the same. */
  readonly text: string;
}

/**
 * Reads a phrase, or several joined with `;`.
 *
 * @throws {UsageError} Naming the word that is not understood, and its place
 *
 * @example
 * ```ts ignore
 * parsePhrase("first monday"); // { crons: ["0 0 * * MON#1"], text: "first monday of the month at 00:00" }
 * ```
 */
export function parsePhrase(text: string): Phrase {
  if (text.length > BOUNDS.phraseChars) {
    throw new UsageError(`A phrase has ${text.length} characters; at most ${BOUNDS.phraseChars} are read`, {
      hint: "Give several phrases",
    });
  }
  const shown = text.trim().replaceAll(/\s+/g, " ");
  if (/^@[a-z]+$|^[\d*][\d*,/-]*( [\w*,/#-]+){4,5}$/i.test(shown) && /^@|\*/.test(shown)) {
    throw new UsageError(`Phrase "${shown}": "${shown.split(" ")[0]}" (word 1) begins a cron pattern`, {
      hint: `Give it as --cron '${shown}'`,
    });
  }
  const found = sentences(tokenize(text)).map((tokens) => readSentence(new Reader(shown, tokens)));
  const crons = [...new Set(found.flatMap(cronsOf))];
  if (crons.length > BOUNDS.phraseCrons) {
    throw new UsageError(
      `Phrase "${shown}" needs ${crons.length} patterns; at most ${BOUNDS.phraseCrons} are kept`,
      {
        hint: "Name fewer days or times",
      },
    );
  }
  return { crons, text: [...new Set(found.map(write))].join("; ") };
}

function sentences(tokens: readonly Token[]): Token[][] {
  const parts: Token[][] = [[]];
  for (const token of tokens) {
    if (token.word === ";") parts.push([]);
    else parts.at(-1)!.push(token);
  }
  // A sign at the very end divides nothing.
  return parts.length > 1 && parts.at(-1)!.length === 0 ? parts.slice(0, -1) : parts;
}
