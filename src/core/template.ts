/**
 * `${{ params.date }}`, `${{ steps.NAME.result.field }}` and `${{ secrets.NAME }}` in what a step is given, and
 * `${{ failed.id }}` in what a rule runs.
 *
 * In two phases: {@linkcode bindParams} when the workflow is made, {@linkcode resolveTemplates} when the job
 * runs. Between the two the payload carries, under `$templates`, the places that are still to be resolved, and
 * nothing else in it is ever read as a template: a value that looks like one stays what it is.
 */

import { DataError } from "./errors.ts";
import type { Json, JsonObject } from "./json.ts";
import type { Parent } from "./ports.ts";
import { TEMPLATES } from "./request_secrets.ts";
import { hasTemplate, parseTemplate, type Part, quoteText, type Reference } from "./workflow/expression.ts";
import { lookUp, type StepValue, type TemplateScope, toText } from "./workflow/lookup.ts";

export { escapeTemplate, hasTemplate, type Reference } from "./workflow/expression.ts";
export type { StepValue, TemplateScope } from "./workflow/lookup.ts";

/** A place within a payload. */
export type Place = readonly (string | number)[];

/** Where the payload of a job lists its own names for its parents: `{ alias: step }`. */
export const PARENTS = "$parents";

/** A reference and where it stands. */
export interface FoundReference {
  readonly at: Place;
  readonly reference: Reference;
}

/**
 * Lists the references in a value, in the order of its members.
 *
 * @throws {DataError} For an expression that is not understood
 */
export function findTemplates(value: Json): readonly FoundReference[] {
  const found: FoundReference[] = [];
  const visit = (member: Json, at: Place): void => {
    if (typeof member === "string") {
      if (!hasTemplate(member)) return;
      for (const part of parseTemplate(member)) {
        if (typeof part !== "string") found.push({ at, reference: part });
      }
    } else if (Array.isArray(member)) {
      member.forEach((item, index) => visit(item, [...at, index]));
    } else if (member !== null && typeof member === "object") {
      for (const [key, item] of Object.entries(member)) visit(item, [...at, key]);
    }
  };
  visit(value, []);
  return found;
}

/**
 * First phase: puts parameters into every template of a payload, unescapes `$${{`, and leaves references to
 * steps, to secrets and to a failed job, noting their places.
 *
 * @param kind Kind of the job; decides where a value has to become text
 * @throws {DataError} For an unknown parameter or field, naming the expression
 */
export function bindParams(kind: string, payload: JsonObject, params: JsonObject): JsonObject {
  const late: Json[] = [];
  const bind = (member: Json, at: Place): Json => {
    if (typeof member === "string") {
      if (!hasTemplate(member)) return member;
      const parts = parseTemplate(member);
      const as = isText(kind, at) ? "text" : "value";
      if (parts.some((part) => typeof part !== "string" && part.root !== "params")) {
        late.push({ at: [...at], as });
        return parts.map((part) => latePart(part, params)).join("");
      }
      return assemble(parts, { params }, as);
    }
    return mapMembers(member, (item, key) => bind(item, [...at, key]));
  };
  const bound = bind(payload, []) as JsonObject;
  return late.length === 0 ? bound : { ...bound, [TEMPLATES]: late };
}

/** A piece of a string that waits for the second phase; text that could be misread there is quoted. */
function latePart(part: Part, params: JsonObject): string {
  if (typeof part === "object" && part.root !== "params") return part.source;
  const text = typeof part === "string" ? part : toText(lookUp(part, { params }));
  return /[${]/.test(text) ? quoteText(text) : text;
}

/**
 * Second phase: resolves what {@linkcode bindParams} left. A string that is one expression takes the value with
 * its type where the target allows it (arguments and environment are text, objects there JSON); inside a longer
 * string the value is inserted as text. A payload without templates comes back as it is.
 *
 * @throws {DataError} For a field that is missing, naming the expression and the step
 */
export function resolveTemplates(payload: JsonObject, scope: TemplateScope): JsonObject {
  const late = payload[TEMPLATES];
  if (!Array.isArray(late)) return payload;
  const { [TEMPLATES]: _, ...rest } = payload;
  const steps = named(scope.steps ?? {}, payload[PARENTS]);
  let resolved: JsonObject = rest;
  for (const { at, as } of late as readonly { at: Place; as: "text" | "value" }[]) {
    resolved = replaceAt(resolved, at, (text) => assemble(parseTemplate(text), { ...scope, steps }, as));
  }
  return resolved;
}

/** What a job's parents are to its expressions. */
export function scopeOf(parents: readonly Parent[]): TemplateScope {
  return {
    steps: Object.fromEntries(
      parents.flatMap(({ step, ...value }) => step === null ? [] : [[step, value] as const]),
    ),
  };
}

/** Steps under their own names and under the names that the child gave them. */
function named(
  steps: Readonly<Record<string, StepValue>>,
  aliases: Json | undefined,
): Readonly<Record<string, StepValue>> {
  const pairs = Object.entries((aliases ?? {}) as Record<string, string>)
    .flatMap(([alias, step]) => Object.hasOwn(steps, step) ? [[alias, steps[step]!] as const] : []);
  return { ...steps, ...Object.fromEntries(pairs) };
}

function assemble(parts: readonly Part[], scope: TemplateScope, as: "text" | "value"): Json {
  const [only] = parts;
  if (parts.length === 1 && typeof only === "object" && as === "value") return lookUp(only, scope);
  return parts.map((part) => typeof part === "string" ? part : toText(lookUp(part, scope))).join("");
}

/** Whether a place is part of a script: there a value would be run. */
export function isScript(kind: string, payload: JsonObject, at: Place): boolean {
  return kind === "command" && payload.shell === true && at[0] === "argv";
}

/** Where a value must become text: all of a command, and the parts of a request that are header or address. */
function isText(kind: string, at: Place): boolean {
  if (kind === "command") return true;
  if (kind === "http") return at[0] !== "body";
  return kind === "module" && at[0] !== "params";
}

function mapMembers(value: Json, change: (member: Json, key: string | number) => Json): Json {
  if (Array.isArray(value)) return value.map(change);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, change(member, key)]));
}

function replaceAt<T extends Json>(value: T, at: Place, change: (text: string) => Json): T {
  const [key, ...rest] = at;
  if (key === undefined) {
    if (typeof value !== "string") throw new DataError("A template of this job is not where it should be");
    return change(value) as T;
  }
  return mapMembers(value, (member, own) => own === key ? replaceAt(member, rest, change) : member) as T;
}
