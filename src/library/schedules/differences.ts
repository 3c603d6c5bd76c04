/** What differs between two values of JSON. */

import type { Json } from "../../core/json.ts";
import type { Difference } from "./types.ts";

/**
 * The places at which two values differ, in the order of the first. Lists of different lengths, and values of different
 * kinds, differ as a whole. The order of members means nothing.
 */
export function differences(before: object, after: object): readonly Difference[] {
  return between(before as Json, after as Json, "");
}

function between(before: Json, after: Json, path: string): readonly Difference[] {
  if (isTable(before) && isTable(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...keys].flatMap((key) =>
      between(before[key] ?? null, after[key] ?? null, path === "" ? key : `${path}.${key}`)
    );
  }
  if (isList(before) && isList(after) && before.length === after.length && !before.every(isScalar)) {
    return before.flatMap((item, index) => between(item, after[index]!, `${path}[${index}]`));
  }
  return same(before, after) ? [] : [{ path, before, after }];
}

/** Whether two values are the same as JSON, whatever the order of their members. */
export function equal(a: object, b: object): boolean {
  return same(a as Json, b as Json);
}

function same(a: Json, b: Json): boolean {
  if (isList(a) && isList(b)) {
    return a.length === b.length && a.every((item, index) => same(item, b[index]!));
  }
  if (!isTable(a) || !isTable(b)) return a === b;
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].every((key) => same(a[key] ?? null, b[key] ?? null));
}

function isScalar(value: Json): boolean {
  return value === null || typeof value !== "object";
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function isTable(value: Json): value is Readonly<Record<string, Json>> {
  return !isScalar(value) && !Array.isArray(value);
}
