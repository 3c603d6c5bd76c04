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
    throw placed(place, error);
  }
}

/** The same for what takes time. */
export async function withinLater<T>(place: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw placed(place, error);
  }
}

function placed(place: string, error: unknown): unknown {
  if (!(error instanceof UsageError)) return error;
  return new UsageError(`${place}: ${error.message}`, { hint: error.hint, cause: error });
}
