/** A terminal (or pipe) for tests of commands. */

import type { Input } from "../../src/cli/command.ts";
import type { Io } from "../../src/cli/io.ts";

export interface FakeIo extends Io {
  readonly outText: string;
  readonly outBytes: Uint8Array;
  readonly errText: string;
}

const encoder = new TextEncoder();

/** Remembers what was written. `stdin` is text, or chunks as they come. */
export function fakeIo(
  options: Partial<Omit<Io, "out" | "err" | "stdin">> & {
    readonly stdin?: string | Uint8Array | ReadableStream<Uint8Array>;
    readonly variables?: Readonly<Record<string, string>>;
    /** Called before each write; what it throws is what `out` throws. */
    readonly onOut?: (bytes: Uint8Array) => void;
  } = {},
): FakeIo {
  const { stdin = "", variables = {}, onOut, ...rest } = options;
  const parts: Uint8Array[] = [];
  let err = "";
  const bytes = (): Uint8Array => new Uint8Array(parts.flatMap((part) => [...part]));
  return {
    outIsTerminal: false,
    errIsTerminal: false,
    color: false,
    columns: null,
    json: false,
    db: ":memory:",
    now: () => Date.now(),
    env: (name) => variables[name],
    ...rest,
    stdin: typeof stdin === "string" || stdin instanceof Uint8Array
      ? ReadableStream.from([typeof stdin === "string" ? encoder.encode(stdin) : stdin])
      : stdin,
    out: (text) => {
      const data = typeof text === "string" ? encoder.encode(text) : text.slice();
      try {
        onOut?.(data);
      } catch (error) {
        return Promise.reject(error);
      }
      parts.push(data);
      return Promise.resolve();
    },
    err: (text) => void (err += text),
    get outText() {
      return new TextDecoder().decode(bytes());
    },
    get outBytes() {
      return bytes();
    },
    get errText() {
      return err;
    },
  };
}

/** What a parser would hand over. Names that are absent were not typed; unlike a parser's, all names may be asked for. */
export function fakeInput(
  values: Readonly<Record<string, boolean | string | number | readonly string[]>> = {},
  literal: readonly string[] = [],
  args: readonly string[] = [],
): Input {
  const get = <T>(name: string): T | undefined => values[name] as T | undefined;
  return {
    args,
    literal,
    flag: (name) => get<boolean>(name) ?? false,
    string: (name) => get<string>(name),
    strings: (name) => get<readonly string[]>(name) ?? [],
    number: (name) => get<number>(name),
    duration: (name) => get<number>(name),
  };
}
