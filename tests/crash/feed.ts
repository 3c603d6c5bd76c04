/** Submits jobs for the workers under test, and notes each that the store has taken. */

import type { NewJob } from "../../src/core/job.ts";
import type { Store } from "../../src/core/ports.ts";
import { note } from "./ledger.ts";

/** Stores jobs; only what came back from the store is in the ledger. */
export async function submit(
  store: Store,
  ledger: string,
  jobs: readonly NewJob[],
): Promise<readonly number[]> {
  const { jobs: stored } = await store.enqueue({ jobs }, Date.now());
  note(ledger, ...stored.map(({ id }) => ({ word: "submitted", id, attempt: 0 }) as const));
  return stored.map(({ id }) => id);
}
