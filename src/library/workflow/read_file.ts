/** From the text of a workflow file to a workflow. */

import { checkWorkflow } from "../../core/workflow/check.ts";
import { PARAM_TYPES, type ParamSpec, type StepSpec, type WorkflowSpec } from "../../core/workflow.ts";
import { parseMaxFails } from "../../core/max_fails.ts";
import type { MaxFails } from "../../core/ports.ts";
import { parseDocument, type PlacedProblem, type TextDocument } from "./document.ts";
import { FILE_KEYS, list, oneOf, PARAM_KEYS, RULES_KEY, text, unlike } from "./file_keys.ts";
import { FileReader, type Table } from "./file_reader.ts";
import { StepReader } from "./read_step.ts";
import type { JobDefaults } from "../policy.ts";

/** What reading came to: a workflow, or problems. */
export type Reading =
  | { readonly spec: WorkflowSpec; readonly reader: FileReader }
  | { readonly problems: readonly PlacedProblem[] };

/**
 * Reads YAML or JSON, checks it, and tells where in the text each problem stands.
 *
 * @param file Against which relative paths resolve
 * @param nowMs The present, from which delays count
 * @param defaults Policies and rules for steps that say nothing
 */
export async function readWorkflowText(
  source: string,
  file: URL,
  nowMs: number,
  defaults: JobDefaults = {},
): Promise<Reading> {
  return readWorkflowDocument(await parseDocument(source), file, { nowMs, defaults, name: stem(file) });
}

/** How a workflow is read that has been parsed. */
export interface DocumentOptions {
  /** The present, from which delays count. */
  readonly nowMs: number;
  /** Policies and rules for steps that say nothing. */
  readonly defaults: JobDefaults;
  /** What it is called unless it says so itself. */
  readonly name: string;
}

/** The same for a text that is parsed already, or a part of one. */
export function readWorkflowDocument(
  document: TextDocument,
  file: URL,
  { nowMs, defaults, name }: DocumentOptions,
): Reading {
  if (document.problems.length > 0) return { problems: document.problems };
  const reader = new FileReader(document);
  const spec = readSpec(reader, document.value, new StepReader({ reader, file, nowMs, defaults }), name);
  if (spec !== undefined && reader.problems.length === 0) {
    for (const problem of checkWorkflow(spec).problems) {
      reader.note({ ...problem, at: written(problem.at, document.value) });
    }
  }
  return spec === undefined || reader.problems.length > 0 ? { problems: reader.problems } : { spec, reader };
}

function readSpec(
  reader: FileReader,
  value: unknown,
  stepReader: StepReader,
  fallback: string,
): WorkflowSpec | undefined {
  const table = reader.table([], "Workflow", value, FILE_KEYS);
  if (table === undefined) return undefined;
  const optional = (key: string): string | undefined =>
    table[key] === undefined ? undefined : reader.try([key], key, () => text(table[key]));
  const name = optional("name") ?? fallback;
  const description = optional("description");
  const params = table.params === undefined ? {} : readParams(reader, table.params);
  const maxFails = table["max-fails"] === undefined
    ? undefined
    : reader.try(["max-fails"], "max-fails", () => readMaxFails(table["max-fails"]));
  if (table.steps === undefined) {
    reader.note({
      at: [],
      message: "Workflow has no steps",
      hint: "Add steps: { NAME: { run: [program] } }",
    });
  }
  const steps = table.steps === undefined ? [] : readSteps(reader, table.steps, stepReader);
  return {
    name,
    ...description === undefined ? {} : { description },
    params,
    ...maxFails === undefined ? {} : { maxFails },
    steps,
  };
}

/** `10`, or `10%`. */
function readMaxFails(value: unknown): MaxFails {
  if (typeof value !== "number" && typeof value !== "string") throw unlike(value, "a number or a percentage");
  return parseMaxFails(String(value));
}

function readSteps(reader: FileReader, value: unknown, steps: StepReader): readonly StepSpec[] {
  const table = reader.table(["steps"], "steps", value) ?? {};
  return Object.entries(table).flatMap(([name, step]) => steps.read(name, step) ?? []);
}

function readParams(reader: FileReader, value: unknown): Record<string, ParamSpec> {
  const table = reader.table(["params"], "params", value) ?? {};
  return Object.fromEntries(
    Object.entries(table).flatMap(([name, spec]) => {
      const what = `Parameter "${name}"`;
      const keys = reader.table(["params", name], what, spec ?? {}, PARAM_KEYS);
      const read = keys && readParam(reader, ["params", name], what, keys);
      return read === undefined ? [] : [[name, read]];
    }),
  );
}

function readParam(reader: FileReader, at: readonly string[], what: string, table: Table): ParamSpec {
  const read = <T>(key: string, as: (value: unknown) => T): T | undefined =>
    table[key] === undefined ? undefined : reader.try([...at, key], `${what}: ${key}`, () => as(table[key]));
  const value = read("default", scalar);
  const choices = read("choices", (items) => list(items).map(scalar));
  const description = read("description", text);
  return {
    type: read("type", (type) => oneOf(type, PARAM_TYPES)) ?? "string",
    ...value === undefined ? {} : { default: value },
    ...choices === undefined ? {} : { choices },
    ...description === undefined ? {} : { description },
  };
}

function scalar(value: unknown): string | number | boolean {
  if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") {
    throw unlike(value, "text, a number, true or false");
  }
  return value;
}

/** A path into the payload of a step (or of what its rules run), as the file writes it. */
function written(at: PlacedProblem["at"], value: unknown): PlacedProblem["at"] {
  const [root, name, key, ...rest] = at;
  if (root !== "steps" || key === undefined || key === "after") return at;
  const step = (value as { steps: Record<string, Table> }).steps[name as string] ?? {};
  if (key !== RULES_KEY) return [root, name!, ...writtenBody([key, ...rest], step)];
  const [index, ...within] = rest;
  const rule = (step[RULES_KEY] as readonly Table[])?.[index as number];
  const inRule = typeof rule === "object" && within.length > 0 ? writtenBody(within, rule) : [];
  return [root, name!, key, index!, ...inRule];
}

/** `argv` is `run`, `params` is `with`. */
function writtenBody(at: PlacedProblem["at"], table: Table): PlacedProblem["at"] {
  const [key, ...rest] = at;
  if (key === "argv") return "shell" in table ? ["shell"] : ["run", ...rest];
  if (key === "url" && "module" in table) return ["module"];
  if (key === "params") return ["with", ...rest];
  return "http" in table ? ["http", ...at] : at;
}

function stem(file: URL): string {
  const last = decodeURIComponent(file.pathname.split("/").at(-1) ?? "");
  return last.replace(/\.[^.]+$/, "") || "workflow";
}
