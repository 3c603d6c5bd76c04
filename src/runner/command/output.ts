/** What a command writes: passed on to the log, and kept as far as the result and the error need it. */

import { BOUNDS } from "../../core/bounds.ts";
import { encodeJson, type Json } from "../../core/json.ts";
import type { RunContext } from "../../core/ports.ts";

/** Bytes of stderr from which the error message is taken. */
const TAIL_BYTES = 4_096;
const TAIL_LINES = 5;

/** Takes what both streams bring. */
export class Output {
  #chunks: Uint8Array[] = [];
  #bytes = 0;
  #tail: Uint8Array = new Uint8Array(0);

  constructor(private readonly context: RunContext) {}

  readonly take = (stream: "stdout" | "stderr", chunk: Uint8Array): void => {
    this.context.log(stream, chunk);
    if (stream === "stdout") this.#keep(chunk);
    else this.#tail = concat([this.#tail, chunk.subarray(-TAIL_BYTES)]).slice(-TAIL_BYTES);
  };

  /**
   * Standard output as the job's result: an object or array that it spells as JSON, else its text without the
   * last line break. `null` when it is not text or too large to be a result.
   */
  result(): Json {
    if (this.#bytes === 0) return "";
    if (this.#bytes > BOUNDS.jsonBytes) return null;
    try {
      const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
      const text = decoder.decode(concat(this.#chunks, this.#bytes));
      // A byte order mark belongs to text, and is in the way of JSON.
      const value = parsed(text.replace(/^\ufeff/, "")) ?? text.replace(/\r?\n$/, "");
      encodeJson(value, "result");
      return value;
    } catch {
      return null;
    }
  }

  /** The last lines of standard error; empty when there are none. */
  errorText(): string {
    return this.errorLines().join("\n").trim();
  }

  /** The same, one by one. */
  errorLines(): readonly string[] {
    return new TextDecoder().decode(this.#tail).trimEnd().split(/\r?\n/).slice(-TAIL_LINES);
  }

  #keep(chunk: Uint8Array): void {
    this.#bytes += chunk.length;
    if (this.#bytes <= BOUNDS.jsonBytes) this.#chunks.push(chunk);
    else this.#chunks = [];
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
