/** Enters what jobs that are to be stored share with others. */

import type { NewJob } from "../../../core/job.ts";
import type { Sql } from "../sql.ts";
import type { Books } from "../tx.ts";

export async function enterJobs(
  { lanes, policies }: Pick<Books, "lanes" | "policies">,
  sql: Sql,
  jobs: readonly NewJob[],
): Promise<void> {
  await Promise.all([lanes.enter(sql, jobs), policies.enter(sql, jobs.map((job) => job.policy))]);
}
