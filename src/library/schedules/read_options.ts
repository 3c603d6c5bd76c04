/** The options of one schedule of a file. */

import { basename, dirname, isAbsolute, join } from "node:path";
import { fileURLToPath } from "node:url";
import { text } from "../workflow/file_keys.ts";
import type { FileReader, Table } from "../workflow/file_reader.ts";
import type { Path } from "../workflow/read_job.ts";
import { readCalendar } from "./calendar_file.ts";
import { reduced, timesOf } from "./calendars.ts";
import { CALENDAR_KEYS, INLINE_CALENDAR_KEYS, SCHEDULE_OPTION_KEYS } from "./file_keys.ts";
import type { CalendarInput, ScheduleOptions, WhenOptions } from "./options.ts";
import { toRule } from "./when.ts";

/** Anything that is due, to try one key at a time with. */
const SOMETIMES: WhenOptions = { every: 60_000 };

/** Reads what is said of a schedule besides its job; what is wrong goes to its reader. */
export class OptionsReader {
  /**
   * @param reader Hears what is wrong
   * @param file Against which relative paths resolve
   * @param at Where the schedule stands
   * @param what For messages: `Schedule "report"`
   */
  constructor(
    private readonly reader: FileReader,
    private readonly file: URL,
    private readonly at: Path,
    private readonly what: string,
  ) {}

  /** One key; `undefined` where it is absent or wrong. */
  key<T>(table: Table, key: string, read: (value: unknown) => T): T | undefined {
    if (table[key] === undefined) return undefined;
    return this.reader.try([...this.at, key], `${this.what}: ${key}`, () => read(table[key]));
  }

  /** All that is understood. */
  async read(table: Table): Promise<ScheduleOptions> {
    let options: ScheduleOptions = {};
    for (const [key, read] of Object.entries(SCHEDULE_OPTION_KEYS)) {
      const value = this.key(table, key, read);
      if (value === undefined) continue;
      options = { ...options, ...value };
      await this.#tryAlone(key, value, table[key]);
    }
    for (const key of CALENDAR_KEYS) {
      if (table[key] === undefined) continue;
      options = { ...options, [key]: await this.#calendars(key, table[key]) };
    }
    return options;
  }

  /** What is wrong with a pattern, a phrase, a window or a zone is told at its own place. */
  async #tryAlone(key: string, option: ScheduleOptions, raw: unknown): Promise<void> {
    if (key === "tz") return await this.#rule([key], option);
    if (key !== "cron" && key !== "on" && key !== "between") return;
    for (const [index, item] of (option[key] as readonly string[]).entries()) {
      await this.#rule(Array.isArray(raw) ? [key, index] : [key], { [key]: item });
    }
  }

  async #rule(key: Path, option: WhenOptions): Promise<void> {
    await this.reader.tryLater([...this.at, ...key], `${this.what}: ${key[0]}`, async () => {
      const isAlone = option.cron !== undefined || option.on !== undefined;
      await timesOf(await toRule({ ...isAlone ? {} : SOMETIMES, tz: "UTC", ...option }, null, 0));
    });
  }

  async #calendars(key: string, value: unknown): Promise<readonly CalendarInput[]> {
    const isList = Array.isArray(value);
    const read: CalendarInput[] = [];
    for (const [index, item] of (isList ? value : [value]).entries()) {
      const at = isList ? [...this.at, key, index] : [...this.at, key];
      const calendar = await this.reader.tryLater(at, `${this.what}: ${key}`, () => this.#calendar(at, item));
      if (calendar !== undefined) read.push(calendar);
    }
    return read;
  }

  async #calendar(at: Path, value: unknown): Promise<CalendarInput> {
    if (typeof value === "string") {
      return { ...await readCalendar(pathFrom(this.file, value)), name: basename(value) };
    }
    const table = this.reader.table(at, `${this.what}: ${at[2]}`, value, INLINE_CALENDAR_KEYS) ?? {};
    return await reduced({ name: text(table.name), text: text(table.text) });
  }
}

/** A path of a file, which is relative to the file. */
export function pathFrom(file: URL, path: string): string {
  return isAbsolute(path) || file.protocol !== "file:" ? path : join(dirname(fileURLToPath(file)), path);
}
