/** Keeps the values of secrets out of what is stored and shown. */

import type { JobError } from "./job.ts";
import type { Json } from "./json.ts";
import { formsOf } from "./redact/forms.ts";
import { Patterns, type Span } from "./redact/patterns.ts";
import { SECRET_LEAST_CHARS } from "./secret.ts";

/** Stands where a secret stood. Shorter than any secret: nothing grows by being masked. */
export const MASK = "***";

const MASK_BYTES = new TextEncoder().encode(MASK);
const encoder = new TextEncoder();
/** One character a byte, so that places in the text are places in the bytes. */
const singleBytes = new TextDecoder("windows-1252");

/** Masks the values it was made with. */
export class Redactor {
  readonly #text: Patterns;
  readonly #bytes: Patterns;

  constructor(values: readonly string[]) {
    const forms = [...new Set(values.flatMap(formsOf))].toSorted((a, b) => b.length - a.length);
    this.#text = new Patterns(forms);
    const encoded = forms.map((form) => singleBytes.decode(encoder.encode(form)));
    this.#bytes = new Patterns(encoded.toSorted((a, b) => b.length - a.length));
  }

  /** Whether a secret stands in the text. */
  knows(text: string): boolean {
    return this.#text.find(text, true).found.length > 0;
  }

  /** A text without the secrets. */
  text(text: string): string {
    return masked(text, this.#text.find(text, true).found);
  }

  /** A text that may have been cut in the middle of a secret: what is left of that is masked as well. */
  excerpt(text: string): string {
    const before = this.#text.cutBefore(text);
    const whole = before < SECRET_LEAST_CHARS ? this.text(text) : MASK + this.text(text.slice(before));
    const after = this.#text.cutAfter(whole);
    return after < SECRET_LEAST_CHARS ? whole : whole.slice(0, whole.length - after) + MASK;
  }

  /** A value without the secrets, in names and numbers, too. The same value where there are none. */
  json(value: Json): Json {
    if (value === null || typeof value === "boolean") return value;
    if (typeof value === "string") return this.text(value);
    if (typeof value === "number") return this.knows(String(value)) ? MASK : value;
    if (Array.isArray(value)) return value.map((item) => this.json(item));
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => [this.text(key), this.json(member)]),
    );
  }

  /** An error without the secrets. */
  error(error: JobError): JobError {
    const { stack } = error;
    return {
      ...error,
      class: this.text(error.class),
      message: this.excerpt(error.message),
      ...stack === undefined ? {} : { stack: this.excerpt(stack) },
    };
  }

  /** Masks bytes that come piece by piece. */
  stream(): RedactedStream {
    return new RedactedStream(this.#bytes);
  }
}

/** Bytes that come piece by piece; what might be the beginning of a secret is held back until more comes. */
export class RedactedStream {
  #held: Uint8Array = new Uint8Array(0);

  constructor(private readonly patterns: Patterns) {}

  /** What can be passed on by now. */
  write(chunk: Uint8Array): Uint8Array {
    const bytes = this.#held.length === 0 ? chunk : join([this.#held, chunk]);
    const text = singleBytes.decode(bytes);
    const { found, held } = this.patterns.find(text, false);
    this.#held = held === bytes.length ? new Uint8Array(0) : bytes.slice(held);
    return maskedBytes(bytes.subarray(0, held), found);
  }

  /** What was held back, at the end: a beginning of a secret long enough to tell is masked. */
  end(): Uint8Array {
    const bytes = this.#held;
    this.#held = new Uint8Array(0);
    if (bytes.length === 0) return bytes;
    const text = singleBytes.decode(bytes);
    const { found } = this.patterns.find(text, true);
    const rest = found.at(-1)?.[1] ?? 0;
    const cut = this.patterns.cutAfter(text.slice(rest));
    const spans = cut < SECRET_LEAST_CHARS ? found : [...found, [bytes.length - cut, bytes.length] as const];
    return maskedBytes(bytes, spans);
  }
}

function masked(text: string, spans: readonly Span[]): string {
  if (spans.length === 0) return text;
  let result = "";
  let done = 0;
  for (const [from, to] of spans) {
    result += text.slice(done, from) + MASK;
    done = to;
  }
  return result + text.slice(done);
}

function maskedBytes(bytes: Uint8Array, spans: readonly Span[]): Uint8Array {
  if (spans.length === 0) return bytes;
  const pieces: Uint8Array[] = [];
  let done = 0;
  for (const [from, to] of spans) {
    pieces.push(bytes.subarray(done, from), MASK_BYTES);
    done = to;
  }
  return join([...pieces, bytes.subarray(done)]);
}

function join(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
