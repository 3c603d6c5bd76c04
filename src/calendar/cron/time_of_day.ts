/** The times of one day that hours, minutes and seconds come to, in seconds since midnight. */

/** Answers without listing them: there may be 86,400. */
export class TimesOfDay {
  readonly #hours: Steps;
  readonly #minutes: Steps;
  readonly #seconds: Steps;
  readonly first: number;
  readonly last: number;

  constructor(hours: ReadonlySet<number>, minutes: ReadonlySet<number>, seconds: ReadonlySet<number>) {
    this.#hours = steps(hours, 24);
    this.#minutes = steps(minutes, 60);
    this.#seconds = steps(seconds, 60);
    this.first = this.#from(0, 0, 0)!;
    this.last = this.#until(23, 59, 59)!;
  }

  /** The first from a second of the day on, itself included; `null` for none on that day. */
  from(second: number): number | null {
    return this.#from(Math.floor(second / 3600), Math.floor(second / 60) % 60, second % 60);
  }

  /** The last up to a second of the day, itself included; `null` for none on that day. */
  until(second: number): number | null {
    return this.#until(Math.floor(second / 3600), Math.floor(second / 60) % 60, second % 60);
  }

  #from(hour: number, minute: number, second: number): number | null {
    let [h, m, s] = [this.#hours.from[hour]!, 0, 0];
    if (h === hour) {
      m = this.#minutes.from[minute]!;
      if (m === minute) {
        s = this.#seconds.from[second]!;
        if (s < 0) m = this.#minutes.from[minute + 1]!;
        else return time(h, m, s);
      }
      if (m < 0) h = this.#hours.from[hour + 1]!;
      else return time(h, m, this.#seconds.from[0]!);
    }
    return h < 0 ? null : time(h, this.#minutes.from[0]!, this.#seconds.from[0]!);
  }

  #until(hour: number, minute: number, second: number): number | null {
    let [h, m, s] = [this.#hours.until[hour]!, 0, 0];
    if (h === hour) {
      m = this.#minutes.until[minute]!;
      if (m === minute) {
        s = this.#seconds.until[second]!;
        if (s < 0) m = this.#minutes.until[minute - 1] ?? -1;
        else return time(h, m, s);
      }
      if (m < 0) h = this.#hours.until[hour - 1] ?? -1;
      else return time(h, m, this.#seconds.until[59]!);
    }
    return h < 0 ? null : time(h, this.#minutes.until[59]!, this.#seconds.until[59]!);
  }
}

/** For each value the nearest in a set from it on and up to it; -1 for none. */
interface Steps {
  readonly from: readonly number[];
  readonly until: readonly number[];
}

function steps(values: ReadonlySet<number>, size: number): Steps {
  const from: number[] = [];
  const until: number[] = [];
  from[size] = -1;
  for (let value = size - 1; value >= 0; value--) from[value] = values.has(value) ? value : from[value + 1]!;
  for (let value = 0; value < size; value++) {
    until[value] = values.has(value) ? value : until[value - 1] ?? -1;
  }
  return { from, until };
}

function time(hour: number, minute: number, second: number): number {
  return (hour * 60 + minute) * 60 + second;
}
