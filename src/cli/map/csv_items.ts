/** CSV records as items. In a file of its own, so that the parser loads only for CSV. */

import { Readable } from "node:stream";
import { pipeline } from "node:stream";
import { type CsvError, parse } from "csv-parse";
import { BOUNDS } from "../../core/bounds.ts";
import { DataError } from "../../core/errors.ts";
import type { Item } from "./items.ts";

/** Items handed on at once, at most. */
const BATCH = 500;

/** Reads CSV with a header line; RFC 4180 quoting, so that fields may hold separators and newlines. */
export async function* csvItems(stream: ReadableStream<Uint8Array>): AsyncGenerator<readonly Item[]> {
  const text = stream.pipeThrough(
    new TextDecoderStream("utf-8", { fatal: true }) as TransformStream<Uint8Array, string>,
  );
  const parser = parse({
    columns: (header: string[]) => checkHeader(header),
    bom: true,
    info: true,
    skip_empty_lines: true,
    max_record_size: BOUNDS.jsonBytes,
  });
  // Errors reach the loop below through the parser, which the pipeline destroys with them.
  pipeline(Readable.from(text), parser, () => {});
  let batch: Item[] = [];
  try {
    for await (const { record, info } of parser as AsyncIterable<CsvRow>) {
      const number = info.records;
      batch.push({ text: JSON.stringify(record), number, line: info.lines, value: record, fields: record });
      // Hands on what is there when the parser would have to wait for more input.
      if (batch.length === BATCH || parser.readableLength === 0) {
        yield batch;
        batch = [];
      }
    }
  } catch (error) {
    throw asDataError(error);
  }
  if (batch.length > 0) yield batch;
}

interface CsvRow {
  readonly record: Readonly<Record<string, string>>;
  readonly info: { readonly records: number; readonly lines: number };
}

function checkHeader(header: string[]): string[] {
  const names = header.map((name) => name.trim());
  const bad = names.findIndex((name, index) => name === "" || names.indexOf(name) !== index);
  if (bad >= 0) {
    throw new DataError(
      `Column ${bad + 1} of the CSV header ${names[bad] === "" ? "is empty" : `repeats "${names[bad]}"`}`,
    );
  }
  return names;
}

/** What the parser's error codes mean to somebody who has the file before him. */
const WHY: Readonly<Record<string, string>> = {
  CSV_RECORD_INCONSISTENT_COLUMNS: "has not as many fields as the header",
  CSV_RECORD_INCONSISTENT_FIELDS_LENGTH: "has not as many fields as the header",
  CSV_QUOTE_NOT_CLOSED: "has a quote that is not closed",
  INVALID_OPENING_QUOTE: "has a quote in the middle of a field",
  CSV_INVALID_CLOSING_QUOTE: "has text after a closing quote",
  CSV_MAX_RECORD_SIZE: `is longer than the ${BOUNDS.jsonBytes} bytes allowed`,
};

function asDataError(error: unknown): unknown {
  if (error instanceof TypeError) return new DataError("The CSV input is not UTF-8 text", { cause: error });
  const { code, lines } = error as Partial<CsvError> & { lines?: number };
  if (typeof code !== "string" || !(Object.hasOwn(WHY, code) || code.startsWith("CSV_"))) return error;
  const what = WHY[code] ?? `cannot be read: ${(error as Error).message}`;
  return new DataError(`Input line ${lines ?? "?"} ${what}`, { cause: error });
}
