/**
 * Reads cron patterns strictly. What the library takes silently and people mean otherwise is refused here: Quartz's `?`,
 * years, days numbered after a name, a `*` among other values.
 */

import { UsageError } from "../../core/errors.ts";
import { didYouMean } from "../../core/suggest.ts";
import { DAY, type FieldKind, FIELDS, NICKNAMES, WEEKDAY } from "./fields.ts";

/** A pattern that was read. */
export interface CheckedCron {
  /** Six fields, in capitals. */
  readonly text: string;
  /** Whether it names all hours. */
  readonly everyHour: boolean;
}

/**
 * Reads five fields, six with seconds first, or `@daily` and the like.
 *
 * @throws {UsageError} Naming the pattern, the field and the value
 */
export function checkCron(pattern: string): CheckedCron {
  refuseZone(pattern);
  refuseOtherText(pattern);
  const named = pattern.trim().startsWith("@") ? nickname(pattern) : pattern;
  const parts = named.trim().toUpperCase().split(/\s+/).filter((part) => part !== "");
  if (parts.length !== 5 && parts.length !== 6) throw wrongCount(pattern, parts.length);
  if (parts.length === 5) parts.unshift("0");
  const fields = parts.map((part, index) => new Field(pattern, FIELDS[index]!, part).read());
  refuseStepsOfDays(pattern, fields[3]!.text, fields[5]!.text);
  return { text: fields.map(({ text }) => text).join(" "), everyHour: fields[HOUR]!.values.size === 24 };
}

/** Other schedulers take it there; cron itself has it in a line of its own. */
function refuseZone(pattern: string): void {
  const [, zone] = /^\s*(?:CRON_)?TZ=(\S*)/i.exec(pattern) ?? [];
  if (zone === undefined) return;
  throw new UsageError(`Cron pattern "${pattern}" begins with a time zone`, {
    hint: `Say it with tz instead: ${zone === "" ? "Europe/Prague" : zone}`,
  });
}

/** Words of a phrase, and lines of a crontab with their command. */
function refuseOtherText(pattern: string): void {
  const parts = pattern.trim().split(/\s+/);
  if (/^[a-z]{2,}$/i.test(parts[0]!)) {
    throw new UsageError(`Cron pattern "${pattern}" is in words`, { hint: "Say it with on instead" });
  }
  if (parts.length < 6 || !(/^[~./]/.test(parts[5]!) || parts.length > 7)) return;
  throw new UsageError(`Cron pattern "${pattern}" has more than times`, {
    hint: `Give "${parts.slice(0, 5).join(" ")}" as cron, and the command apart`,
  });
}

/**
 * Two days given are either of them; but cron itself takes any day that begins with `*` as not given, and so both of them
 * together. Who writes such a pattern may mean one or the other.
 */
function refuseStepsOfDays(pattern: string, day: string, weekday: string): void {
  if (day === "*" || weekday === "*" || weekday.startsWith("+")) return;
  for (const [kind, other, text] of [[DAY, WEEKDAY, day], [WEEKDAY, DAY, weekday]] as const) {
    const step = /^\*(\/\d+)/.exec(text)?.[1];
    if (step === undefined) continue;
    const range = kind === DAY ? `1-31${step}` : `0-6${step}`;
    throw new UsageError(
      `Cron pattern "${pattern}": ${kind.name}: "${text}" beside a ${other.name} means either of them to some, and both to cron`,
      { hint: `Write "${text.replace(`*${step}`, range)}" for either, or "+${weekday}" for both` },
    );
  }
}

function nickname(pattern: string): string {
  const name = pattern.trim().toLowerCase();
  const found = NICKNAMES[name];
  if (found !== undefined) return found;
  throw new UsageError(`Cron pattern "${pattern}" is no name that is known here`, {
    hint: name === "@reboot"
      ? "Schedules are due at times; start a command with the system by systemd or crontab"
      : name.startsWith("@every")
      ? "Say it with every instead: 5m, 2h30m"
      : didYouMean(name, Object.keys(NICKNAMES)) ?? `There are ${Object.keys(NICKNAMES).join(", ")}`,
  });
}

function wrongCount(pattern: string, count: number): UsageError {
  const hint = count === 7
    ? "Years are not part of it: limit them with from and until"
    : "Give five (minute, hour, day of the month, month, day of the week), or six with seconds first";
  const said = count === 0 ? "is empty" : `has ${count} field${count === 1 ? "" : "s"}`;
  return new UsageError(`Cron pattern "${pattern}" ${said}`, { hint });
}

/** Where the hour stands. */
const HOUR = 2;

interface CheckedField {
  readonly text: string;
  /** The values it names; of days not those that depend on the month. */
  readonly values: ReadonlySet<number>;
}

/** One field of one pattern. */
class Field {
  readonly #values = new Set<number>();

  constructor(
    readonly pattern: string,
    readonly kind: FieldKind,
    readonly text: string,
  ) {}

  read(): CheckedField {
    // `+` before the weekday: only days that the day of the month names as well.
    const both = this.kind === WEEKDAY && this.text.startsWith("+");
    const items = (both ? this.text.slice(1) : this.text).split(",");
    for (const item of items) this.#item(item, items);
    const all = items.length === 1 && /^\*(\/1)?$/.test(items[0]!);
    return { text: `${both ? "+" : ""}${all ? "*" : items.join(",")}`, values: this.#values };
  }

  #item(item: string, items: readonly string[]): void {
    if (item === "") throw this.#error(`an item of the list "${this.text}" is empty`, "Remove the comma");
    this.#refuseForeign(item, items);
    if (this.#dependsOnMonth(item)) return;
    const [range, step, ...rest] = item.split("/") as [string, ...string[]];
    if (rest.length > 0) throw this.#error(`"${item}" is not understood`);
    const every = step === undefined ? 1 : this.#step(item, range, step);
    const [first, last] = range === "*"
      ? [this.kind.least, this.#size() + this.kind.least - 1]
      : this.#range(range);
    for (let value = first; value <= last; value += every) this.#values.add(value);
  }

  /** What is written for other programs than cron, and means something else there. */
  #refuseForeign(item: string, items: readonly string[]): void {
    if (item.includes("?")) {
      throw this.#error(
        `"${item}" is not known`,
        "Write *; days of the week are counted from 0, which is Sunday",
      );
    }
    if (this.kind === DAY && /^L-/.test(item)) {
      throw this.#error(
        `"${item}" is not known`,
        'Days are not counted from the last one; "L" alone is the last',
      );
    }
    if (/^H\b/.test(item)) {
      throw this.#error(`"${item}" is not known`, "Give a value, and spread runs with jitter");
    }
    if (items.length > 1 && item.startsWith("*") && !item.includes("/")) {
      throw this.#error(`"*" among other values leaves none out`, `Write "*" alone, or leave it out`);
    }
    if (/^[0-7]$/.test(item) && items.some((other) => other.includes("#"))) {
      throw this.#error(
        `"${item}" after a "#" may be a day or a count`,
        `Write each one out: MON#1,MON#3, or a day by its name`,
      );
    }
  }

  /** `L`, `LW`, `15W`; `FRI#2`, `FRI#L`, `FRIL`. */
  #dependsOnMonth(item: string): boolean {
    if (this.kind === DAY) {
      if (item === "L") return true;
      if (item === "LW") {
        if (this.text === "LW") return true;
        throw this.#error(`"LW" stands in a list`, "Give two patterns");
      }
      const nearest = /^(\d+)W$/.exec(item);
      if (nearest !== null) this.#value(nearest[1]!);
      return nearest !== null;
    }
    if (this.kind !== WEEKDAY) return false;
    const match = /^([^#]*)#(.*)$/.exec(item) ?? /^(.+)(L)$/.exec(item);
    if (match === null) return false;
    this.#range(match[1]!);
    if (!/^([1-5]|L)$/.test(match[2]!)) {
      throw this.#error(`"${item}" has no such day`, "Count from #1 to #5, or write #L for the last");
    }
    return true;
  }

  #range(range: string): [first: number, last: number] {
    const [from, to, ...rest] = range.split("-") as [string, ...string[]];
    if (rest.length > 0) throw this.#error(`"${range}" is not understood`);
    const first = this.#value(from);
    if (to === undefined) return [first, first];
    // Sunday ends a week as 7.
    const last = to === "SUN" ? 7 : this.#value(to);
    if (from === to && this.kind.names.includes(from)) {
      throw this.#error(`"${range}" begins where it ends`, `Write "${from}"`);
    }
    if (first > last) throw this.#error(`"${range}" runs backwards`, `Write "${this.#split(from, to)}"`);
    return [first, last];
  }

  /** A range over the end, such as 22-6, as two. */
  #split(from: string, to: string): string {
    const { least, most, names } = this.kind;
    const part = (first: string, last: string): string => first === last ? first : `${first}-${last}`;
    const numbers = this.kind === WEEKDAY && /^\d/.test(from) ? 6 : most;
    const last = /^\d/.test(from) ? String(numbers) : this.kind === WEEKDAY ? "SAT" : names.at(-1)!;
    const first = /^\d/.test(to) ? String(least) : names[0]!;
    return `${part(from, last)},${part(first, to)}`;
  }

  #value(text: string): number {
    const { name, least, most, names } = this.kind;
    const index = names.indexOf(text);
    if (index >= 0) return least + index;
    if (/^\d+$/.test(text)) {
      const value = Number(text);
      if (value >= least && value <= most) return value;
      throw this.#error(`${name} ${text} is not between ${least} and ${most}`);
    }
    if (text === "*") throw this.#error(`"*" cannot be part of this`);
    const hint = names.length === 0
      ? undefined
      : names.find((known) => text.startsWith(known)) ?? didYouMean(text, names);
    throw this.#error(
      text === "" ? "a value is missing" : `"${text}" is no ${name}`,
      hint === undefined || hint.startsWith("Did") ? hint : `Write "${hint}"`,
    );
  }

  #step(item: string, range: string, text: string): number {
    if (range !== "*" && !range.includes("-")) {
      throw this.#error(
        `step "${item}" has no range`,
        `Write "${range === "" ? "*" : `${range}-${this.kind.most}`}/${text}"`,
      );
    }
    const step = /^\d+$/.test(text) ? Number(text) : NaN;
    if (step >= 1 && step <= this.#size()) return step;
    throw this.#error(`step "${text}" is not between 1 and ${this.#size()}`);
  }

  /** How many values there are. */
  #size(): number {
    return this.kind === WEEKDAY ? 7 : this.kind.most - this.kind.least + 1;
  }

  #error(what: string, hint?: string): UsageError {
    const where = what.startsWith(this.kind.name) ? what : `${this.kind.name}: ${what}`;
    return new UsageError(`Cron pattern "${this.pattern}": ${where}`, { hint });
  }
}
