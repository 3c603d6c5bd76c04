/** The words of a phrase, one after the other, and errors that name one of them. */

import { UsageError } from "../../core/errors.ts";
import { didYouMean } from "../../core/suggest.ts";
import { elsewhere } from "./elsewhere.ts";
import { VOCABULARY, writeOrdinal } from "./words.ts";

/** A word or a sign. */
export interface Token {
  /** In small letters. */
  readonly word: string;
  /** As it was written. */
  readonly raw: string;
  /** Which word it belongs to, counted from 1 as spaces divide the text. */
  readonly place: number;
}

/** Examples, by what was expected. */
const EXAMPLES = {
  phrase: "first monday of the month at 09:00",
  time: "every day at 09:00 and 17:30",
  date: "15th of january at 12:00",
  hour: "every hour at :15",
  interval: "every 15 minutes on weekdays",
} as const;

export type Example = keyof typeof EXAMPLES;

/** Divides a text into words and the signs `,` `&` `-` `;`. */
export function tokenize(text: string): Token[] {
  return text.split(/\s+/).filter((word) => word !== "").flatMap((chunk, index) => {
    // `15m`.
    const [, count, unit] = /^(\d+)(s|secs?|m|mins?|h|hrs?|d|w)$/i.exec(chunk) ?? [];
    if (count !== undefined) return [count, unit!].map((raw) => token(raw, index));
    // Hyphens that only tie words together.
    const parts =
      /^(end|start|beginning)-of-|^(month|quarter|year)-(end|start)$|^(half|quarter)-hour$/i.test(chunk)
        ? chunk.split("-")
        : chunk.match(/[,&;–—-]|[^,&;–—-]+/g) ?? [];
    return parts.map((raw) => token(raw, index));
  });
}

function token(raw: string, index: number): Token {
  return { raw, word: raw.toLowerCase(), place: index + 1 };
}

/** The known word that a word is near to; an ordinal with a wrong ending is nearest to itself with the right one. */
function meant(word: string): string | undefined {
  const number = /^(\d{1,3})(st|nd|rd|th)$/.exec(word)?.[1];
  if (number !== undefined && writeOrdinal(Number(number)) !== word) {
    return `Did you mean "${writeOrdinal(Number(number))}"?`;
  }
  return VOCABULARY.includes(word) ? undefined : didYouMean(word, VOCABULARY);
}

/** Reads the tokens of one phrase. */
export class Reader {
  #at = 0;

  /** `text` is what the tokens were divided from, for messages. */
  constructor(readonly text: string, readonly tokens: readonly Token[]) {}

  /** The word that is `ahead` of the next one; an empty one behind the end. */
  peek(ahead = 0): string {
    return this.tokens[this.#at + ahead]?.word ?? "";
  }

  get done(): boolean {
    return this.#at >= this.tokens.length;
  }

  /** How many tokens were taken: a place to come {@linkcode back} to. */
  get mark(): number {
    return this.#at;
  }

  back(mark: number): void {
    this.#at = mark;
  }

  /** Goes on behind the next token. */
  skip(count = 1): void {
    this.#at += count;
  }

  /** Takes the next word if it is one of these. */
  take(...words: readonly string[]): boolean {
    if (this.done || !words.includes(this.peek())) return false;
    this.skip();
    return true;
  }

  /** Takes what stands between the parts of a list: a comma, `and`, `&`, or a comma and one of these. */
  takeSeparator(): boolean {
    const comma = this.take(",");
    return this.take("and", "&") || comma;
  }

  /** Takes what stands between the first and the last of a range. */
  takeRange(): boolean {
    return this.take("-", "–", "—", "to", "through");
  }

  /** The error for a next word that cannot stand here, or for an end that comes too early. */
  unexpected(expected: string, example: Example = "phrase"): UsageError {
    const sample = `Write it like "${EXAMPLES[example]}"`;
    const token = this.tokens[this.#at];
    if (token === undefined) {
      const last = this.tokens.at(-1);
      const where = last
        ? `ends after "${last.raw}" (word ${last.place})`
        : this.text
        ? "has an empty part"
        : "is empty";
      return new UsageError(`Phrase "${this.text}" ${where}, where ${expected} is expected`, {
        hint: sample,
      });
    }
    const near = meant(token.word);
    return new UsageError(
      `Phrase "${this.text}": "${token.raw}" (word ${token.place}) is not understood where ${expected} is expected`,
      { hint: elsewhere(token.raw, this.peek(1)) ?? (near ? `${near} ${sample}` : sample) },
    );
  }

  /** The error for words that are understood and cannot be: those from `from` up to `to`, or what was read. */
  refused(from: number, why: string, hint: string, to = this.#at): UsageError {
    const taken = this.tokens.slice(from, Math.max(to, from + 1));
    const words = taken.map(({ raw }) => raw).join(" ").replaceAll(/ (?=,)|(?<=[-–—]) | (?=[-–—])/g, "");
    const place = taken.length === 0 ? "" : ` (word ${taken[0]!.place})`;
    return new UsageError(`Phrase "${this.text}": "${words}"${place} ${why}`, { hint });
  }
}
