/** A stream of bytes cut into records at a delimiter, with bounded memory. */

import { BOUNDS } from "../../core/bounds.ts";
import { DataError } from "../../core/errors.ts";

/** What ends a record. */
export const NEWLINE = 0x0a;
export const NUL = 0x00;

/** Records handed on at once, at most: one transaction when they become jobs. */
const BATCH = 500;

/** A record and its line, from 1; empty records count as lines and are left out. */
export interface TextRecord {
  readonly text: string;
  readonly line: number;
}

/**
 * Cuts a stream into records. What one read of the stream completes is handed on at once, in batches, so that
 * a slow producer's lines are worked on as they come. Empty records are left out.
 *
 * @param stripReturn Whether a carriage return before the delimiter is dropped, as Windows' line ends want it
 * @throws {DataError} For a record that is not UTF-8 or longer than a job may be, naming its line
 */
export async function* records(
  stream: ReadableStream<Uint8Array>,
  delimiter: number,
  stripReturn = delimiter === NEWLINE && Deno.build.os === "windows",
): AsyncGenerator<readonly TextRecord[]> {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const pending = new Pending();
  let line = 0;
  let batch: TextRecord[] = [];
  const take = (bytes: Uint8Array): void => {
    line++;
    const end = stripReturn && bytes.at(-1) === 0x0d ? bytes.length - 1 : bytes.length;
    if (end > 0) batch.push({ text: decode(decoder, bytes.subarray(0, end), line), line });
  };
  for await (const chunk of stream) {
    let start = 0;
    for (let at = chunk.indexOf(delimiter); at >= 0; at = chunk.indexOf(delimiter, start)) {
      take(pending.finish(chunk.subarray(start, at), line + 1));
      start = at + 1;
      if (batch.length === BATCH) {
        yield batch;
        batch = [];
      }
    }
    pending.add(chunk.subarray(start), line + 1);
    if (batch.length > 0) {
      yield batch;
      batch = [];
    }
  }
  const last = pending.finish(new Uint8Array(0), line + 1);
  if (last.length > 0) take(last);
  if (batch.length > 0) yield batch;
}

function decode(decoder: TextDecoder, bytes: Uint8Array, line: number): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw new DataError(`Input line ${line} is not UTF-8 text`, {
      hint: "Arguments of a command must be text; rename the file or convert the line",
      cause,
    });
  }
}

/** The beginning of a record whose end was not read yet. */
class Pending {
  #parts: Uint8Array[] = [];
  #size = 0;

  add(part: Uint8Array, line: number): void {
    if (part.length === 0) return;
    this.#size += part.length;
    if (this.#size > BOUNDS.jsonBytes) {
      throw new DataError(`Input line ${line} is longer than the ${BOUNDS.jsonBytes} bytes allowed`, {
        hint: "Write one item a line, or end items with NUL and say --null",
      });
    }
    this.#parts.push(part);
  }

  finish(part: Uint8Array, line: number): Uint8Array {
    if (this.#parts.length === 0 && part.length <= BOUNDS.jsonBytes) return part;
    this.add(part, line);
    const whole = new Uint8Array(this.#size);
    let offset = 0;
    for (const piece of this.#parts) {
      whole.set(piece, offset);
      offset += piece.length;
    }
    this.#parts = [];
    this.#size = 0;
    return whole;
  }
}
