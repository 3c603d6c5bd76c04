/** Files of text that people name. */

import { DataError, NotFoundError } from "../core/errors.ts";

/** Files with more are rather something else. */
const MOST_BYTES = 50_000_000;

/**
 * Reads a file.
 *
 * @param what For messages: `Workflow file`
 * @throws {NotFoundError} When there is no such file
 * @throws {DataError} When it cannot be read, or is too large
 */
export async function readText(what: string, path: string): Promise<string> {
  let size: number;
  try {
    size = (await Deno.stat(path)).size;
    if (size <= MOST_BYTES) return await Deno.readTextFile(path);
  } catch (cause) {
    throw unreadable(what, path, cause);
  }
  throw new DataError(`${what} "${path}" has ${size} bytes, more than the ${MOST_BYTES} that are read`);
}

/** Says why a file cannot be read. */
export function unreadable(what: string, path: string, cause: unknown): NotFoundError | DataError {
  if (cause instanceof Deno.errors.NotFound) {
    return new NotFoundError(`There is no ${what.toLowerCase()} "${path}"`, { cause });
  }
  const why = cause instanceof Error ? cause.message : String(cause);
  return new DataError(`${what} "${path}" cannot be read: ${why}`, { cause });
}
