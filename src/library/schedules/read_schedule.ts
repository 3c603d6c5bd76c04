/** One schedule of a file. */

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
import { define } from "./define.ts";
import { SCHEDULE_KEYS, SCHEDULED_JOB_KEYS, TARGET_KEYS, truth } from "./file_keys.ts";
import { checkName } from "./name.ts";
import { OptionsReader, pathFrom } from "./read_options.ts";
import { toTarget } from "./target.ts";
import type { TargetInput, WantedSchedule } from "./types.ts";
import { readScheduledWorkflow } from "./workflow_file.ts";

/** Reads a schedule of a file; what is wrong goes to its reader. */
export class ScheduleReader {
  readonly #file: JobFile;
  readonly #name: string;
  readonly #at: Path;
  readonly #what: string;
  readonly #options: OptionsReader;
  readonly #job: JobReader;

  constructor(file: JobFile, name: string) {
    this.#file = file;
    this.#name = name;
    this.#at = ["schedules", name];
    this.#what = `Schedule "${name}"`;
    this.#options = new OptionsReader(file.reader, file.file, this.#at, this.#what);
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
    const options = await this.#options.read(table);
    const paused = this.#options.key(table, "paused", truth);
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
    const kind = this.#options.key(table, "kind", text);
    const payload = this.#options.key(table, "payload", object) ?? {};
    return kind === undefined ? undefined : { kind, payload, options: {} as JobOptions };
  }

  async #workflow(table: Table): Promise<TargetInput | undefined> {
    const { reader, defaults } = this.#file;
    for (const key of [...Object.keys(SCHEDULED_JOB_KEYS), RULES_KEY]) {
      if (!(key in table)) continue;
      const message = `${this.#what}: ${key} goes with a job, not with a workflow`;
      reader.note({ at: [...this.#at, key], message, hint: "Give it to the steps" }, true);
    }
    const params = this.#options.key(table, "params", object) ?? {};
    const { workflow } = table;
    const at = [...this.#at, "workflow"];
    if (typeof workflow !== "string") return this.#inline(at, workflow, params, table);
    if (table.source !== undefined) {
      const message = `${this.#what}: source goes with a workflow that stands in the file itself`;
      reader.note({ at: [...this.#at, "source"], message }, true);
    }
    try {
      return await readScheduledWorkflow(pathFrom(this.#file.file, workflow), params, { defaults });
    } catch (error) {
      if (!(error instanceof GigqError)) throw error;
      const lines = error instanceof WorkflowFileError ? error.message.split("\n") : [error.message];
      for (const line of lines) reader.note({ at, message: `${this.#what}: ${line}`, hint: error.hint });
      return undefined;
    }
  }

  #inline(at: Path, value: unknown, params: JsonObject, table: Table): TargetInput | undefined {
    const { reader, file, defaults } = this.#file;
    const source = this.#options.key(table, "source", text);
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
}

function object(value: unknown): JsonObject {
  if (value === null || typeof value !== "object" || Array.isArray(value)) throw unlike(value, "a mapping");
  return value as JsonObject;
}
