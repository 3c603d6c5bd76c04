/** `${{ schedule.date }}` and its like in what a schedule runs. */

import { DataError } from "../errors.ts";
import type { Json, JsonObject } from "../json.ts";
import { didYouMean } from "../suggest.ts";
import { isScript, type Place } from "../template.ts";
import { hasTemplate, parseTemplate, type Part, type Reference } from "../workflow/expression.ts";
import { slotValues } from "./slot_text.ts";

/** What expressions can ask a schedule for. */
export type SlotScope = Readonly<Record<string, string>>;

const FILLED: ReadonlySet<string> = new Set(["command", "module", "http"]);

/** The values for one slot. */
export function slotScope(name: string, slot: number, zone: string): SlotScope {
  return { name, ...slotValues(slot, zone) };
}

/**
 * Fills a slot into the payload of a single job. Functions are given their params as they are.
 *
 * @throws {DataError} For an expression that names anything else, or stands in a shell script
 */
export function fillPayload(kind: string, payload: JsonObject, scope: SlotScope): JsonObject {
  if (!FILLED.has(kind)) return payload;
  const refuse = (reference: Reference, at: Place): void => {
    if (isScript(kind, payload, at)) throw inScript(reference);
  };
  return fill(payload, [], scope, refuse) as JsonObject;
}

/**
 * Fills a slot into the parameters of a workflow.
 *
 * @throws {DataError} For an expression that names anything else
 */
export function fillParams(params: JsonObject, scope: SlotScope): JsonObject {
  return fill(params, [], scope, () => {}) as JsonObject;
}

type Check = (reference: Reference, at: Place) => void;

function fill(value: Json, at: Place, scope: SlotScope, check: Check): Json {
  if (typeof value === "string") return hasTemplate(value) ? fillText(value, at, scope, check) : value;
  if (Array.isArray(value)) return value.map((item, index) => fill(item, [...at, index], scope, check));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, fill(item, [...at, key], scope, check)]),
  );
}

/** A text that names secrets, too, stays a template: it is read as one once more when the request is made. */
function fillText(text: string, at: Place, scope: SlotScope, check: Check): string {
  const parts = parseTemplate(text);
  for (const part of parts) if (typeof part === "object") check(part, at);
  if (!parts.some((part) => typeof part === "object" && part.root === "secrets")) {
    return parts.map((part) => typeof part === "string" ? part : valueOf(part, scope)).join("");
  }
  const wanted = parts.filter((part): part is Reference => typeof part === "object");
  return wanted.reduce(
    (filled, part) =>
      part.root === "secrets" ? filled : filled.replaceAll(part.source, () => valueOf(part, scope)),
    text,
  );
}

function valueOf({ root, name, path, source }: Exclude<Part, string>, scope: SlotScope): string {
  if (root !== "schedule") {
    throw new DataError(`Expression "${source}" stands in a schedule, where only the slot can be asked for`, {
      hint: `Write one of ${Object.keys(scope).map((key) => `\${{ schedule.${key} }}`).join(", ")}`,
    });
  }
  const value = path.length === 0 && Object.hasOwn(scope, name) ? scope[name] : undefined;
  if (value !== undefined) return value;
  throw new DataError(`Expression "${source}" asks the schedule for "${[name, ...path].join(".")}"`, {
    hint: didYouMean(name, Object.keys(scope)) ?? `There are ${Object.keys(scope).join(", ")}`,
  });
}

function inScript({ source }: Reference): DataError {
  return new DataError(
    `Expression "${source}" stands in a shell script, where its value could run as code`,
    { hint: 'Read "$GIGQ_SCHEDULED_AT" there, or pass the value through --env' },
  );
}
