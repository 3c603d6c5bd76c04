/** Values that survive `JSON.parse(JSON.stringify(value))` unchanged. */

import { BOUNDS } from "./bounds.ts";
import { DataError } from "./errors.ts";

/** Anything JSON can carry. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A JSON object. */
export type JsonObject = { readonly [key: string]: Json };

const encoder = new TextEncoder();

/**
 * Encodes a value as JSON, refusing what JSON would silently change (functions, `NaN`, `BigInt`, cycles),
 * what is nested deeper than {@linkcode BOUNDS.jsonDepth} and what is larger than `maxBytes` (bytes of UTF-8).
 *
 * @param value The value to encode; `undefined` becomes `null`, an object's `undefined` members are left out
 * @param what How the value is named in the error message, such as `params`
 * @throws {DataError} With the path of the first offending value
 */
export function encodeJson(value: unknown, what: string, maxBytes: number = BOUNDS.jsonBytes): string {
  check(value, what, 0);
  const text = JSON.stringify(value ?? null);
  // A UTF-16 unit takes at most three bytes of UTF-8, so short strings need no exact count.
  if (text.length * 3 > maxBytes) {
    const bytes = encoder.encode(text).length;
    if (bytes > maxBytes) {
      throw new DataError(`${what} is ${bytes} bytes of JSON, more than the ${maxBytes} allowed`, {
        hint: "Write the data to a file and pass its path",
      });
    }
  }
  return text;
}

/**
 * Refuses what {@linkcode encodeJson} refuses, without encoding what is plainly small and sound.
 *
 * @throws {DataError} With the path of the first offending value
 */
export function assertJson(value: unknown, what: string, maxBytes: number = BOUNDS.jsonBytes): void {
  if (!(mostBytes(value, 0) <= maxBytes)) encodeJson(value, what, maxBytes);
}

/** An escaped UTF-16 unit, such as `\u0000`; any other takes at most three bytes of UTF-8. */
const UNIT_BYTES = 6;
/** Quotes, colon and comma around a string or member. */
const FRAME_BYTES = 4;
/** The longest number JavaScript writes, with its comma. */
const NUMBER_BYTES = 26;

/** No more bytes of JSON than this; `NaN` when the value needs a closer look. */
function mostBytes(value: unknown, depth: number): number {
  switch (typeof value) {
    case "string":
      return value.length * UNIT_BYTES + FRAME_BYTES;
    case "number":
      return Number.isFinite(value) ? NUMBER_BYTES : NaN;
    case "boolean":
    case "undefined":
      return NUMBER_BYTES;
    case "object":
      return value === null ? NUMBER_BYTES : mostBytesOfObject(value, depth);
    default:
      return NaN;
  }
}

function mostBytesOfObject(value: object, depth: number): number {
  if (depth >= BOUNDS.jsonDepth) return NaN;
  let bytes = FRAME_BYTES;
  if (Array.isArray(value)) {
    for (const item of value) bytes += mostBytes(item, depth + 1);
    return bytes;
  }
  const prototype = Object.getPrototypeOf(value);
  if ((prototype !== null && prototype !== Object.prototype) || "toJSON" in value) return NaN;
  for (const key in value) {
    bytes += key.length * UNIT_BYTES + FRAME_BYTES +
      mostBytes((value as Record<string, unknown>)[key], depth + 1);
  }
  return bytes;
}

function check(value: unknown, path: string, depth: number): void {
  if (depth > BOUNDS.jsonDepth) {
    throw new DataError(
      `${path.slice(0, 80)}… is nested deeper than ${BOUNDS.jsonDepth} levels (or contains itself)`,
    );
  }
  switch (typeof value) {
    case "string":
    case "boolean":
    case "undefined":
      return;
    case "number":
      if (!Number.isFinite(value)) throw new DataError(`${path} is ${value}, which JSON cannot carry`);
      return;
    case "object":
      return value === null ? undefined : checkObject(value, path, depth);
    default:
      throw new DataError(`${path} is a ${typeof value}, which JSON cannot carry`);
  }
}

function checkObject(value: object, path: string, depth: number): void {
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) check(value[i], `${path}[${i}]`, depth + 1);
    return;
  }
  if ("toJSON" in value && typeof value.toJSON === "function") return check(value.toJSON(), path, depth + 1);
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== null && prototype !== Object.prototype) {
    throw new DataError(
      `${path} is a ${value.constructor?.name ?? "class instance"}, which JSON cannot carry`,
    );
  }
  for (const [key, member] of Object.entries(value)) check(member, `${path}.${key}`, depth + 1);
}
