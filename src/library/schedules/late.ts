/** Importing what few programs need. */

import { ConfigError } from "../../core/errors.ts";

/**
 * Imports a module by an address that Deno does not see when a program starts: most programs have no schedules.
 * `parts.ts` names these modules for those who must know in advance.
 *
 * @param path Relative to this folder
 * @throws {ConfigError} When it may not be read, or is not in a program that was compiled
 */
export async function importLate<M>(path: string): Promise<M> {
  try {
    return await import(new URL(path, import.meta.url).href) as M;
  } catch (error) {
    const { message } = error as Error;
    // Who sees it uncaught sees no hint.
    throw new ConfigError(
      `The parts of schedules cannot be loaded; import "@gigq/gigq/schedules" once, anywhere in the program: ${message}`,
      { cause: error },
    );
  }
}
