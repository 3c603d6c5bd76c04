/** Forgetting what commands left on this machine. */

import type { JobId } from "../core/job.ts";
import type { Store } from "../core/ports.ts";
import { isFinal } from "../core/transitions.ts";

/** What commands have left in files, and no worker has saved, would be found again by attempts that start afresh. */
export async function discardLeft(store: Store, location: string, ids: readonly JobId[]): Promise<void> {
  if (!store.capabilities.shared) return;
  const jobs = (await store.list({ ids })).filter(({ status, kind }) =>
    isFinal(status) && kind === "command"
  );
  const { discardLeftFiles } = await import("../runner/command/left_files.ts");
  await discardLeftFiles(location, jobs);
}
