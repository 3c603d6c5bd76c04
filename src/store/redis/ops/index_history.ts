/** Prepares a store that holds jobs already for a limit of its history. */

import { PAGE } from "../keys.ts";
import type { Redis } from "../script.ts";
import { INDEX_HISTORY_SCRIPT } from "../scripts/index_history.ts";

/** Ids looked at in one step. */
const STEP = 4_096;

/**
 * Takes note of the final jobs there are, after `:meta` was given its limit; running it twice does no harm.
 *
 * @param pages The numbers in `:pages`
 */
export async function indexHistory(redis: Redis, pages: readonly number[]): Promise<void> {
  for (const page of pages) {
    for (let from = 0; from < PAGE; from += STEP) {
      const control = { page: String(page), from, count: STEP };
      await redis.script(INDEX_HISTORY_SCRIPT, JSON.stringify(control));
    }
  }
}
