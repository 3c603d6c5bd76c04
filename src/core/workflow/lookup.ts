/** From a reference to its value. */

import { DataError } from "../errors.ts";
import type { JobError, Status } from "../job.ts";
import type { Json, JsonObject } from "../json.ts";
import { didYouMean } from "../suggest.ts";
import type { Reference } from "./expression.ts";

/** A step that has ended, as expressions see it. */
export interface StepValue {
  readonly result: Json;
  readonly error: JobError | null;
  readonly status: Status;
}

/** What expressions can name. */
export interface TemplateScope {
  readonly params?: JsonObject;
  /** By step name. */
  readonly steps?: Readonly<Record<string, StepValue>>;
  /** The job whose failure made a rule start this one. */
  readonly failed?: JsonObject;
  /** By the name under which the job declares them. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Never here: the slot of a schedule is filled in before (`schedule/fill.ts`). */
  readonly schedule?: undefined;
}

/** How a value reads inside of text: strings as they are, nothing for `null`, everything else as JSON. */
export function toText(value: Json): string {
  if (typeof value === "string") return value;
  return value === null ? "" : JSON.stringify(value);
}

/**
 * The value of a reference.
 *
 * @throws {DataError} When there is none, naming the expression, the step or parameter, and the field
 */
export function lookUp(reference: Reference, scope: TemplateScope): Json {
  const { root, name, path } = reference;
  const all: Readonly<Record<string, unknown>> = scope[root] ?? {};
  const what = {
    params: "parameter",
    steps: "parent step",
    secrets: "secret",
    failed: "failed job with",
    schedule: "schedule with",
  }[root];
  if (!Object.hasOwn(all, name)) {
    throw new DataError(`Expression "${reference.source}": there is no ${what} "${name}"`, {
      hint: didYouMean(name, Object.keys(all)),
    });
  }
  let value = all[name] as Json;
  for (const [depth, key] of path.entries()) {
    // A step that did not fail has no error, and then no message either.
    const error = root === "failed" ? name : root === "steps" && path[0];
    if (error === "error" && value === null) return null;
    if (!has(value, key)) throw missing(reference, depth, value, scope);
    value = (value as Readonly<Record<string | number, Json>>)[key]!;
  }
  return value;
}

function has(value: Json, key: string | number): boolean {
  if (value === null || typeof value !== "object") return false;
  return Array.isArray(value) ? typeof key === "number" && key < value.length : Object.hasOwn(value, key);
}

function missing(reference: Reference, depth: number, value: Json, scope: TemplateScope): DataError {
  const { source, root, name, path } = reference;
  const owner = root === "params" ? `parameter "${name}"` : `the ${path[0]} of step "${name}"`;
  const inner = path.slice(root === "params" ? 0 : 1, depth).map(member).join("");
  const key = path[depth]!;
  const where = inner === "" ? owner : `"${inner.replace(/^\./, "")}" in ${owner}`;
  const status = scope.steps?.[name]?.status;
  if (root === "steps" && value === null && status !== "completed") {
    return new DataError(`Expression "${source}": step "${name}" ended as ${status} and has no result`);
  }
  return new DataError(`Expression "${source}": ${where} ${lacks(value, key)}`, {
    hint: value !== null && typeof value === "object" && !Array.isArray(value)
      ? didYouMean(String(key), Object.keys(value)) ?? fields(value)
      : undefined,
  });
}

function lacks(value: Json, key: string | number): string {
  if (Array.isArray(value)) {
    return typeof key === "number"
      ? `has ${value.length} items, no item ${key}`
      : `is a list, which has no field "${key}"`;
  }
  if (value === null) return `is null, which has no field "${key}"`;
  return typeof value === "object"
    ? `has no field "${key}"`
    : `is a ${typeof value}, which has no field "${key}"`;
}

function fields(value: object): string | undefined {
  const names = Object.keys(value);
  return names.length === 0
    ? undefined
    : `It has ${names.slice(0, 8).join(", ")}${names.length > 8 ? " …" : ""}`;
}

function member(key: string | number): string {
  return typeof key === "number" ? `[${key}]` : `.${key}`;
}
