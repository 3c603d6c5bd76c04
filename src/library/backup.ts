/** Writing a copy of a queue. */

import { UsageError } from "../core/errors.ts";
import { shownLocation } from "../core/location.ts";
import type { Backup, BackupOptions, Store } from "../core/ports.ts";
import { toPath } from "../store/open.ts";

/** See `JobQueue.backup`. */
export async function backupStore(
  store: Store,
  location: string,
  path: string,
  options: BackupOptions,
): Promise<Backup> {
  if (!store.capabilities.backup || store.backup === undefined) {
    throw new UsageError(`The store of ${shownLocation(location)} cannot write backups`, {
      ...store.capabilities.remote &&
        { hint: "Back up its server by its own means, such as pg_dump or a snapshot of Redis" },
    });
  }
  if (path === "" || path === ":memory:") throw new UsageError("The backup needs the name of a file");
  return await store.backup(toPath(path), options);
}
