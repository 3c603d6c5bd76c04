/** Says where, for errors that only know what. */

import { UsageError } from "./errors.ts";

/**
 * Names the place that a {@linkcode UsageError} is about before what is wrong.
 *
 * @throws {UsageError} `place: …`, with the same hint
 */
export function within<T>(place: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(`${place}: ${error.message}`, { hint: error.hint, cause: error });
  }
}
