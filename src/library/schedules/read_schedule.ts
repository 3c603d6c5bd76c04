/** One schedule of a file. */

import { basename, dirname, isAbsolute, join } from "node:path";
import { fileURLToPath } from "node:url";
import { GigqError } from "../../core/errors.ts";
import type { JsonObject } from "../../core/json.ts";
import { type JobInput, type JobOptions, mergeOptions, toStepJob } from "../job_input.ts";
import { missingModule } from "../workflow/check_modules.ts";
import { partOf } from "../workflow/document.ts";
import { RULES_KEY, text, unlike } from "../workflow/file_keys.ts";
import type { Table } from "../workflow/file_reader.ts";
import { type JobFile, JobReader, type Path } from "../workflow/read_job.ts";
import { readWorkflowDocument } from "../workflow/read_file.ts";
import { WorkflowFileError } from "../workflow/file_error.ts";
import { readCalendar } from "./calendar_file.ts";
import { reduced, timesOf } from "./calendars.ts";
import { define } from "./define.ts";
import {
  CALENDAR_KEYS,
  INLINE_CALENDAR_KEYS,
  SCHEDULE_KEYS,
  SCHEDULE_OPTION_KEYS,
  SCHEDULED_JOB_KEYS,
  TARGET_KEYS,
  truth,
} from "./file_keys.ts";
import { checkName } from "./name.ts";
import type { CalendarInput, ScheduleOptions, WhenOptions } from "./options.ts";
import { toTarget } from "./target.ts";
import type { TargetInput, WantedSchedule } from "./types.ts";
import { toRule } from "./when.ts";
import { readScheduledWorkflow } from "./workflow_file.ts";

/** Anything that is due, to try one key at a time with. */
const SOMETIMES: WhenOptions = { every: 60_000 };

/** Reads a schedule of a file; what is wrong goes to its reader. */
export class ScheduleReader {
  readonly #file: JobFile;
  readonly #name: string;
  readonly #at: Path;
  readonly #what: string;
  readonly #job: JobReader;

  constructor(file: JobFile, name: string) {
    this.#file = file;
    this.#name = name;
    this.#at = ["schedules", name];
    this.#what = `Schedule "${name}"`;
    this.#job = new JobReader(file, {
      at: this.#at,
      what: this.#what,
      many: "schedules",
      kinds: TARGET_KEYS,
    });
  }

  /** @returns `undefined` when something is wrong */
  async read(value: unknown): Promise<WantedSchedule | undefined> {
    const { reader } = this.#file;
    const before = reader.problems.length;
    this.#checkName();
    const table = reader.table(this.#at, this.#what, value, SCHEDULE_KEYS);
    if (table === undefined) return undefined;
    const options = await this.#options(table);
    const paused = this.#key(table, "paused", truth);
    const target = await this.#target(table);
    if (target === undefined || reader.problems.length > before) return undefined;
    const wanted: WantedSchedule = {
      name: this.#name,
      target,
      options,
      ...paused !== undefined && { paused },
    };
    await this.#check(wanted);
    return reader.problems.length > before ? undefined : wanted;
  }

  #checkName(): void {
    try {
      checkName(this.#name);
    } catch (error) {
      if (!(error instanceof GigqError)) throw error;
      this.#file.reader.note({ at: this.#at, message: error.message, hint: error.hint }, true);
    }
  }

  #key<T>(table: Table, key: string, read: (value: unknown) => T): T | undefined {
    if (table[key] === undefined) return undefined;
    return this.#file.reader.try([...this.#at, key], `${this.#what}: ${key}`, () => read(table[key]));
  }

  async #options(table: Table): Promise<ScheduleOptions> {
    let options: ScheduleOptions = {};
    for (const [key, read] of Object.entries(SCHEDULE_OPTION_KEYS)) {
      const value = this.#key(table, key, read);
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
    await this.#file.reader.tryLater([...this.#at, ...key], `${this.#what}: ${key[0]}`, async () => {
      const isAlone = option.cron !== undefined || option.on !== undefined;
      await timesOf(await toRule({ ...isAlone ? {} : SOMETIMES, tz: "UTC", ...option }, null, 0));
    });
  }

  async #calendars(key: string, value: unknown): Promise<readonly CalendarInput[]> {
    const { reader } = this.#file;
    const isList = Array.isArray(value);
    const read: CalendarInput[] = [];
    for (const [index, item] of (isList ? value : [value]).entries()) {
      const at = isList ? [...this.#at, key, index] : [...this.#at, key];
      const calendar = await reader.tryLater(at, `${this.#what}: ${key}`, () => this.#calendar(at, item));
      if (calendar !== undefined) read.push(calendar);
    }
    return read;
  }

  async #calendar(at: Path, value: unknown): Promise<CalendarInput> {
    if (typeof value === "string") return { ...await readCalendar(this.#path(value)), name: basename(value) };
    const table = this.#file.reader.table(at, `${this.#what}: ${at[2]}`, value, INLINE_CALENDAR_KEYS) ?? {};
    return await reduced({ name: text(table.name), text: text(table.text) });
  }

  async #target(table: Table): Promise<TargetInput | undefined> {
    const { reader } = this.#file;
    const kind = this.#job.kind(table);
    if (kind === undefined) return undefined;
    if (kind === "workflow") return await this.#workflow(table);
    const options = this.#job.options(table, SCHEDULED_JOB_KEYS);
    const input = kind === "kind" ? this.#custom(table) : this.#job.input(kind, table);
    if (input === undefined) return undefined;
    const whole = { ...input, options: mergeOptions(input.options, options) };
    const job = reader.try(this.#at, this.#what, () => toStepJob(whole, {}, 0, this.#file.defaults));
    const path = job === undefined ? null : await missingModule(job);
    if (path !== null) {
      const message = `${this.#what}: there is no module ${path}`;
      reader.note({ at: [...this.#at, "module"], message, hint: "Its path is relative to the file" });
    }
    return whole;
  }

  /** Functions of scripts, and kinds that only the worker knows. */
  #custom(table: Table): JobInput | undefined {
    const kind = this.#key(table, "kind", text);
    const payload = this.#key(table, "payload", object) ?? {};
    return kind === undefined ? undefined : { kind, payload, options: {} as JobOptions };
  }

  async #workflow(table: Table): Promise<TargetInput | undefined> {
    const { reader, defaults } = this.#file;
    for (const key of [...Object.keys(SCHEDULED_JOB_KEYS), RULES_KEY]) {
      if (!(key in table)) continue;
      const message = `${this.#what}: ${key} goes with a job, not with a workflow`;
      reader.note({ at: [...this.#at, key], message, hint: "Give it to the steps" }, true);
    }
    const params = this.#key(table, "params", object) ?? {};
    const { workflow } = table;
    const at = [...this.#at, "workflow"];
    if (typeof workflow !== "string") return this.#inline(at, workflow, params, table);
    if (table.source !== undefined) {
      const message = `${this.#what}: source goes with a workflow that stands in the file itself`;
      reader.note({ at: [...this.#at, "source"], message }, true);
    }
    try {
      return await readScheduledWorkflow(this.#path(workflow), params, { defaults });
    } catch (error) {
      if (!(error instanceof GigqError)) throw error;
      const lines = error instanceof WorkflowFileError ? error.message.split("\n") : [error.message];
      for (const line of lines) reader.note({ at, message: `${this.#what}: ${line}`, hint: error.hint });
      return undefined;
    }
  }

  #inline(at: Path, value: unknown, params: JsonObject, table: Table): TargetInput | undefined {
    const { reader, file, defaults } = this.#file;
    const source = this.#key(table, "source", text);
    const read = readWorkflowDocument(partOf(reader.document, at, value), file, {
      nowMs: 0,
      defaults,
      name: this.#name,
    });
    if ("spec" in read) return { workflow: read.spec, params, ...source !== undefined && { source } };
    for (const problem of read.problems) {
      reader.problems.push({ ...problem, message: `${this.#what}: ${problem.message}` });
    }
    return undefined;
  }

  /** Whatever is wrong with the whole is told at its name. */
  async #check({ name, target, options }: WantedSchedule): Promise<void> {
    const { reader, defaults } = this.#file;
    await reader.tryLater(
      this.#at,
      this.#what,
      () => define(name, toTarget(target, {}, defaults), options, null, Date.now()),
    );
  }

  #path(path: string): string {
    const { file } = this.#file;
    return isAbsolute(path) || file.protocol !== "file:" ? path : join(dirname(fileURLToPath(file)), path);
  }
}

function object(value: unknown): JsonObject {
  if (value === null || typeof value !== "object" || Array.isArray(value)) throw unlike(value, "a mapping");
  return value as JsonObject;
}
