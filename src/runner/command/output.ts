/** What a command writes: passed on to the log, and kept as far as the result and the error need it. */

import { BOUNDS } from "../../core/bounds.ts";
import { encodeJson, type Json } from "../../core/json.ts";
import type { RunContext } from "../../core/ports.ts";

/** Bytes of stderr from which the error message is taken. */
const TAIL_BYTES = 4_096;
const TAIL_LINES = 5;

/** Reads both streams of a process to their ends. */
export class Output {
  #chunks: Uint8Array[] = [];
  #bytes = 0;
  #tail: Uint8Array = new Uint8Array(0);
  readonly #readers: ReadableStreamDefaultReader<Uint8Array>[];
  /** Resolves when both streams have ended. */
  readonly done: Promise<void>;
  ended = false;

  constructor(child: Deno.ChildProcess, private readonly context: RunContext) {
    const stdout = child.stdout.getReader();
    const stderr = child.stderr.getReader();
    this.#readers = [stdout, stderr];
    this.done = Promise.all([
      pump(stdout, (chunk) => this.#stdout(chunk)),
      pump(stderr, (chunk) => this.#stderr(chunk)),
    ]).then(() => {
      this.ended = true;
    });
  }

  /** Stops reading: somebody outside of the group holds the streams open. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#readers.map((reader) => reader.cancel()));
  }

  /**
   * Standard output as the job's result: an object or array that it spells as JSON, else its text without the
   * last line break. `null` when it is not text or too large to be a result.
   */
  result(): Json {
    if (this.#bytes === 0) return "";
    if (this.#bytes > BOUNDS.jsonBytes) return null;
    try {
      const text = new TextDecoder("utf-8", { fatal: true }).decode(concat(this.#chunks, this.#bytes));
      const value = parsed(text) ?? text.replace(/\r?\n$/, "");
      encodeJson(value, "result");
      return value;
    } catch {
      return null;
    }
  }

  /** The last lines of standard error; empty when there are none. */
  errorText(): string {
    const text = new TextDecoder().decode(this.#tail).trimEnd();
    return text.split(/\r?\n/).slice(-TAIL_LINES).join("\n").trim();
  }

  #stdout(chunk: Uint8Array): void {
    this.context.log("stdout", chunk);
    this.#bytes += chunk.length;
    if (this.#bytes <= BOUNDS.jsonBytes) this.#chunks.push(chunk);
    else this.#chunks = [];
  }

  #stderr(chunk: Uint8Array): void {
    this.context.log("stderr", chunk);
    this.#tail = concat([this.#tail, chunk.subarray(-TAIL_BYTES)]).slice(-TAIL_BYTES);
  }
}

async function pump(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  take: (chunk: Uint8Array) => void,
): Promise<void> {
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    take(value);
  }
}

function concat(
  chunks: readonly Uint8Array[],
  bytes = chunks.reduce((sum, { length }) => sum + length, 0),
): Uint8Array {
  if (chunks.length === 1) return chunks[0]!;
  const whole = new Uint8Array(bytes);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

/** Objects and arrays only: a command that prints `007` or `true` means text. */
function parsed(text: string): Json | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    const value = JSON.parse(text) as Json;
    encodeJson(value, "result");
    return value;
  } catch {
    return undefined;
  }
}
