/** `-p key=value` and `--params`: what a job or a workflow is given. */

import { DataError, UsageError } from "../core/errors.ts";
import type { Json, JsonObject } from "../core/json.ts";
import type { Input, OptionSpec } from "./command.ts";
import type { Io } from "./io.ts";
import { readValue } from "./read_bounded.ts";

export const PARAM_OPTION: OptionSpec = {
  name: "param",
  short: "p",
  type: "string",
  value: "K=V",
  multiple: true,
  help: 'A parameter; values that are JSON (5, true, null, [1], {}, "x") are taken as such, others as text',
};

export const PARAMS_OPTION: OptionSpec = {
  name: "params",
  type: "string",
  value: "JSON",
  complete: "file",
  help: "All parameters as JSON, as @file, or - for stdin; -p adds to them",
};

/**
 * Splits `key=value` pairs; a later one of the same key wins.
 *
 * @throws {UsageError} For one without a key
 */
export function splitPairs(pairs: readonly string[], option: string): Map<string, string> {
  const split = new Map<string, string>();
  for (const pair of pairs) {
    const equals = pair.indexOf("=");
    if (equals < 1) {
      throw new UsageError(`${option} "${pair}" is not understood`, { hint: "Write it like key=value" });
    }
    split.set(pair.slice(0, equals), pair.slice(equals + 1));
  }
  return split;
}

/** A value as typed: JSON where it is JSON, else text. Numbers that JavaScript would change stay text, too. */
export function typedValue(text: string): Json {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch {
    return text;
  }
  const exact = typeof value !== "number" ||
    (Number.isFinite(value) && Math.abs(value) <= Number.MAX_SAFE_INTEGER);
  return exact ? value : text;
}

/** `-p` options as an object, values read by {@linkcode typedValue}. */
export function paramPairs(input: Input): JsonObject {
  return Object.fromEntries(
    [...splitPairs(input.strings("param"), "-p")].map(([k, v]) => [k, typedValue(v)]),
  );
}

/**
 * `--params` and `-p` together.
 *
 * @returns `null` when neither is given
 * @throws {DataError} When `--params` is not JSON
 */
export async function allParams(input: Input, io: Io): Promise<Json> {
  const given = input.string("params");
  const pairs = paramPairs(input);
  if (given === undefined) return Object.keys(pairs).length > 0 ? pairs : null;
  const whole = parseJson(await readValue(given, "--params", io), "--params");
  if (Object.keys(pairs).length === 0) return whole;
  if (whole === null || typeof whole !== "object" || Array.isArray(whole)) {
    throw new UsageError("-p adds to an object, and --params is none");
  }
  return { ...whole as JsonObject, ...pairs };
}

function parseJson(text: string, what: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (cause) {
    const why = (cause as Error).message.split("\n")[0];
    throw new DataError(`${what} is not JSON: ${why}`, {
      hint: `Quote it for the shell: '{"key": 1}'`,
      cause,
    });
  }
}
