/** Stores with the fence taken out: what a finish would do if it did not have to name the attempt that holds the job. */

import { DatabaseSync } from "node:sqlite";
import type { Finish, Finished, Store } from "../../src/core/ports.ts";

/**
 * `attempt`: a finish counts for whichever attempt holds the job · `all`: for a job that has been finished, too, as
 * with a plain `UPDATE … WHERE id = ?`.
 */
export type Gap = "attempt" | "all";

export function unfenced(store: Store, path: string, gap: Gap): Store {
  const finish = async (finishes: readonly Finish[], now: number): Promise<readonly Finished[]> => {
    const ids = finishes.map(({ id }) => id);
    if (gap === "all") reopen(path, ids);
    const jobs = new Map((await store.list({ ids })).map((job) => [job.id, job.attempt]));
    return await store.finish(finishes.map((item) => ({ ...item, attempt: jobs.get(item.id)! })), now);
  };
  return new Proxy(store, {
    get: (target, name): unknown => {
      if (name === "finish") return finish;
      const value = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

/** Makes finished jobs running again, as if the end of their attempt had not been recorded. */
function reopen(path: string, ids: readonly number[]): void {
  using db = new DatabaseSync(path);
  for (const id of ids) {
    db.prepare("DELETE FROM attempts WHERE job = ? AND outcome = 'completed'").run(id);
    db.prepare("DELETE FROM results WHERE id = ?").run(id);
    db.prepare(
      "UPDATE job_state SET status = 3, lease_until = 0, finished_at = NULL WHERE id = ? AND status = 4",
    )
      .run(id);
  }
}
