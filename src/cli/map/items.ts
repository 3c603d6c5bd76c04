/** The input of `map` and `batch`: lines, NUL records, JSON Lines or CSV, as items in batches. */

import { DataError, UsageError } from "../../core/errors.ts";
import type { Json } from "../../core/json.ts";
import type { Input, OptionSpec } from "../command.ts";
import { NEWLINE, NUL, records, type TextRecord } from "./records.ts";

/** One line or record of the input. */
export interface Item {
  /** The line as it was read; a CSV record as JSON. */
  readonly text: string;
  /** Its place among the items, from 1. */
  readonly number: number;
  /** Where it stands in the input, for messages. */
  readonly line: number;
  /** The record as JSON; the text where the input is plain lines. */
  readonly value: Json;
  /** Fields of a JSONL or CSV record, filled in for `{name}`. */
  readonly fields?: Readonly<Record<string, string>>;
}

/** How the input is written. */
export type Format = "lines" | "null" | "jsonl" | "csv";

export const FORMAT_OPTIONS: readonly OptionSpec[] = [
  { name: "null", short: "0", type: "flag", help: "Items end with NUL, as find -print0 writes them" },
  { name: "jsonl", type: "flag", help: "Each line is a JSON object; {name} fills in its field" },
  { name: "csv", type: "flag", help: "CSV with a header; {name} fills in the column" },
];

/** The format that the flags ask for. */
export function formatOption(input: Input): Format {
  const given = (["null", "jsonl", "csv"] as const).filter((name) => input.flag(name));
  if (given.length > 1) throw new UsageError(`Give either --${given[0]} or --${given[1]}, not both`);
  return given[0] ?? "lines";
}

/**
 * Reads items as they come, in batches; see {@linkcode records}.
 *
 * @throws {DataError} For a line that is not what the format says, naming it
 */
export async function* items(
  stream: ReadableStream<Uint8Array>,
  format: Format,
): AsyncGenerator<readonly Item[]> {
  if (format === "csv") return yield* (await import("./csv_items.ts")).csvItems(stream);
  const toItem = format === "jsonl" ? jsonItem : lineItem;
  let number = 0;
  for await (const batch of records(stream, format === "null" ? NUL : NEWLINE)) {
    yield batch.map((record) => toItem(record, ++number));
  }
}

function lineItem({ text, line }: TextRecord, number: number): Item {
  return { text, number, line, value: text };
}

function jsonItem({ text, line }: TextRecord, number: number): Item {
  const value = parseLine(text, line);
  const isObject = value !== null && typeof value === "object" && !Array.isArray(value);
  return {
    text: text.trim(),
    number,
    line,
    value,
    fields: isObject ? fieldTexts(value as Record<string, Json>) : {},
  };
}

function parseLine(text: string, line: number): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (cause) {
    throw new DataError(`Input line ${line} is not JSON: ${(cause as Error).message.split("\n")[0]}`, {
      cause,
    });
  }
}

/** Text stays text, `null` is empty, everything else is written as JSON. */
function fieldTexts(record: Record<string, Json>): Record<string, string> {
  const entries = Object.entries(record).map(([name, value]) =>
    [name, typeof value === "string" ? value : value === null ? "" : JSON.stringify(value)] as const
  );
  return Object.fromEntries(entries);
}
