/** Text of bounded size from a stream, a file or the command line itself. */

import { BOUNDS } from "../core/bounds.ts";
import { DataError, UsageError } from "../core/errors.ts";
import type { Io } from "./io.ts";

/**
 * Reads a stream to its end.
 *
 * @param what How the source is named in messages, with a capital
 * @throws {DataError} When it is not UTF-8 or larger than a job may be
 */
export async function readBounded(stream: ReadableStream<Uint8Array>, what: string): Promise<string> {
  if (stream.locked) throw new UsageError(`${what} can be read once only`, { hint: "Give files" });
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let text = "";
  let bytes = 0;
  try {
    for await (const chunk of stream) {
      bytes += chunk.length;
      if (bytes > BOUNDS.jsonBytes) break;
      text += decoder.decode(chunk, { stream: true });
    }
    if (bytes <= BOUNDS.jsonBytes) return text + decoder.decode();
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw new DataError(`${what} is not UTF-8 text`, { cause });
  }
  throw new DataError(`${what} is larger than the ${BOUNDS.jsonBytes} bytes allowed`, {
    hint: "Write the data to a file and pass its path",
  });
}

/**
 * Reads a value given as itself, as `@file`, or as `-` for standard input.
 *
 * @param what How it is named in messages, such as `--params`
 * @throws {DataError} When the file cannot be read, or see {@linkcode readBounded}
 */
export async function readValue(value: string, what: string, io: Io): Promise<string> {
  if (value === "-") return await readBounded(io.stdin, `${what} from standard input`);
  if (!value.startsWith("@")) return value;
  const path = value.slice(1);
  try {
    return await readBounded((await Deno.open(path)).readable, `${what} ${value}`);
  } catch (cause) {
    if (cause instanceof DataError) throw cause;
    const why = cause instanceof Deno.errors.NotFound
      ? "there is no such file"
      : String((cause as Error).message);
    throw new DataError(`${what} ${value} cannot be read: ${why}`, { cause });
  }
}
