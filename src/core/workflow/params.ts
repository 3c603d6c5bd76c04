/** Parameters of a workflow: what is declared, and what is given. */

import type { Json, JsonObject } from "../json.ts";
import { didYouMean } from "../suggest.ts";
import type { Problem } from "./problem.ts";

/** What the value of a parameter must be. */
export type ParamType = "string" | "integer" | "number" | "boolean";

/** All of them. */
export const PARAM_TYPES: readonly ParamType[] = ["string", "integer", "number", "boolean"];

/** One declared parameter. Without a default it must be given. */
export interface ParamSpec {
  /** What its value must be; text from the command line is read as this. */
  readonly type: ParamType;
  /** Used when it is not given. */
  readonly default?: string | number | boolean;
  /** The only allowed values. */
  readonly choices?: readonly (string | number | boolean)[];
  /** What it is for, for people. */
  readonly description?: string;
}

/** Checks the declarations themselves: a default or a choice of the wrong type. */
export function checkParamSpecs(specs: Readonly<Record<string, ParamSpec>>): readonly Problem[] {
  return Object.entries(specs).flatMap(([name, spec]) => {
    const at = ["params", name];
    const problems: Problem[] = [];
    for (const [index, choice] of (spec.choices ?? []).entries()) {
      if (!isOfType(choice, spec.type)) {
        const message = `Choice ${show(choice)} of parameter "${name}" is not ${article(spec.type)}`;
        problems.push({ at: [...at, "choices", index], message });
      }
    }
    if (spec.default === undefined) return problems;
    const reason = refusal(spec.default, spec);
    if (reason !== undefined) {
      problems.push({ at: [...at, "default"], message: `Default of parameter "${name}" ${reason}` });
    }
    return problems;
  });
}

/**
 * Fills in defaults and converts text to the declared type, since a command line gives nothing but text.
 *
 * @param given Values by name; text is read as the declared type
 */
export function bindParameters(
  specs: Readonly<Record<string, ParamSpec>>,
  given: Readonly<Record<string, Json>>,
): { readonly params: JsonObject; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const names = Object.keys(specs);
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(specs, name)) continue;
    const known = names.length === 0 ? "It takes no parameters" : `It takes ${names.join(", ")}`;
    problems.push({
      at: ["params"],
      message: `Parameter "${name}" is unknown`,
      hint: didYouMean(name, names) ?? known,
    });
  }
  const params: [string, Json][] = [];
  for (const [name, spec] of Object.entries(specs)) {
    const value = Object.hasOwn(given, name) ? convert(given[name]!, spec.type) : spec.default;
    const reason = value === undefined ? undefined : refusal(value, spec);
    if (value === undefined) {
      const message = `Parameter "${name}" is missing`;
      problems.push({ at: ["params", name], message, hint: `Give it with -p ${name}=…` });
    } else if (reason !== undefined) {
      problems.push({ at: ["params", name], message: `Parameter "${name}" ${reason}` });
    } else {
      params.push([name, value]);
    }
  }
  return { params: Object.fromEntries(params), problems };
}

function convert(value: Json, type: ParamType): Json {
  if (typeof value !== "string" || type === "string") return value;
  if (type === "boolean") return value === "true" ? true : value === "false" ? false : value;
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value) ? Number(value) : value;
}

/** Why a value will not do; `undefined` when it will. */
function refusal(value: Json, { type, choices }: ParamSpec): string | undefined {
  if (!isOfType(value, type)) return `is ${show(value)}, which is not ${article(type)}`;
  if (choices === undefined || choices.some((choice) => choice === value)) return undefined;
  return `is ${show(value)}, which is none of ${choices.join(", ")}`;
}

function isOfType(value: Json, type: ParamType): boolean {
  if (type === "integer") return Number.isSafeInteger(value);
  return typeof value === type && (typeof value !== "number" || Number.isFinite(value));
}

function article(type: ParamType): string {
  return { string: "text", integer: "a whole number", number: "a number", boolean: "true or false" }[type];
}

function show(value: Json): string {
  return JSON.stringify(value).slice(0, 60);
}
