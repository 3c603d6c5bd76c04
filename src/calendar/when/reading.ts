/** What the library chrono-node understood of a text. */

import type { ParsedResult } from "chrono-node";

type Part = "year" | "month" | "day" | "weekday" | "hour" | "minute" | "second";

/** Its result, with what was said told from what was filled in. */
export class Reading {
  readonly #tags: ReadonlySet<string>;
  readonly #result: ParsedResult;

  constructor(readonly text: string, result: ParsedResult) {
    this.#result = result;
    this.#tags = result.start.tags();
  }

  /** A number that was said; days of the week from 0 for Sunday. */
  said(part: Part): number | undefined {
    return this.#result.start.isCertain(part) ? this.#get(part) : undefined;
  }

  /** `in 2 hours`, `now`: time that passes. */
  get elapsed(): boolean {
    return this.#tags.has("result/relativeDateAndTime") || this.tagged("now");
  }

  /** `in 2 days`, `in a month`: days as the calendar counts them. */
  get counted(): boolean {
    return this.#tags.has("result/relativeDate");
  }

  /** `9am to 10am`. */
  get isSpan(): boolean {
    return this.#result.end !== undefined && this.#result.end !== null;
  }

  /** `dec 2026`: a date without its day. */
  get dayless(): boolean {
    const dated = this.said("year") !== undefined || this.said("month") !== undefined;
    return dated && !this.counted && (this.said("day") === undefined || this.said("month") === undefined);
  }

  /** Whether a zone was said. */
  get zoned(): boolean {
    return this.#result.start.isCertain("timezoneOffset");
  }

  /** Whether it was said by a word such as `noon`. */
  tagged(word: string): boolean {
    return this.#tags.has(`casualReference/${word}`);
  }

  /** The wall time at which its day begins, with what was filled in. */
  get day(): number {
    return Date.UTC(this.#get("year"), this.#get("month") - 1, this.#get("day"));
  }

  /** Its time of the day in milliseconds, with what was filled in. */
  get clock(): number {
    return ((this.#get("hour") * 60 + this.#get("minute")) * 60 + this.#get("second")) * 1_000;
  }

  /** Its day in a year; `null` when that year has none. */
  dayIn(year: number): number | null {
    const day = Date.UTC(year, this.#get("month") - 1, this.#get("day"));
    return new Date(day).getUTCMonth() === this.#get("month") - 1 ? day : null;
  }

  #get(part: Part): number {
    return this.#result.start.get(part) ?? 0;
  }
}
