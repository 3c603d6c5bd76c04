/** One step of a workflow file. */

import type { Rule } from "../../core/job.ts";
import type { StepDependency, StepSpec } from "../../core/workflow.ts";
import { toStepJob } from "../job_input.ts";
import { AFTER_KEYS, KIND_KEYS, list, oneOf, STEP_KEYS, text } from "./file_keys.ts";
import { type JobFile, JobReader, type Path } from "./read_job.ts";

const RULES: readonly Rule[] = ["success", "failure", "finished"];

/** Reads steps of a file; what is wrong goes to its reader. */
export class StepReader {
  readonly #file: JobFile;

  constructor(file: JobFile) {
    this.#file = file;
  }

  read(name: string, value: unknown): StepSpec | undefined {
    const { reader, nowMs, defaults } = this.#file;
    const at = ["steps", name];
    const what = `Step "${name}"`;
    const table = reader.table(at, what, value, STEP_KEYS);
    if (table === undefined) return undefined;
    const before = reader.problems.length;
    const job = new JobReader(this.#file, { at, what, many: "steps", kinds: KIND_KEYS });
    const kind = job.kind(table);
    const options = job.options(table);
    const after = table.after === undefined ? [] : this.#after([...at, "after"], what, table.after);
    if (kind === undefined || reader.problems.length > before) return undefined;
    const input = job.input(kind, table);
    if (input === undefined) return undefined;
    const made = reader.try(at, what, () => toStepJob(input, { name, ...options }, nowMs, defaults));
    return made && { name, job: made, after, templates: true };
  }

  #after(at: Path, what: string, value: unknown): readonly StepDependency[] {
    const items = typeof value === "string" ? [value] : value;
    const edges = this.#file.reader.try(at, `${what}: after`, () => list(items)) ?? [];
    return edges.flatMap((item, index): StepDependency[] => {
      if (typeof item === "string") return [{ step: item, on: "success" }];
      const place = [...at, index];
      const table = this.#file.reader.table(place, `${what}: after`, item, AFTER_KEYS);
      if (table === undefined) return [];
      const step = this.#file.reader.try([...place, "step"], `${what}: after: step`, () => text(table.step));
      const on = this.#file.reader.try(
        [...place, "on"],
        `${what}: after: on`,
        () => oneOf(table.on ?? "success", RULES),
      );
      return step === undefined || on === undefined ? [] : [{ step, on }];
    });
  }
}
