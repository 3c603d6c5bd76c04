/** Unique keys: who holds one, and whether that still keeps others out. */

import type { JobId, NewJob, Unique } from "../../../core/job.ts";
import { isFinal } from "../../../core/transitions.ts";
import { statusOf } from "../../codes.ts";
import type { Connection } from "../connection.ts";

/** A job that holds a key. */
export interface Holder {
  readonly id: JobId;
  readonly status: number;
}

/** SQL for "the job `j` with state `s`, which took its key last, still keeps others out at `?1`". */
const HOLDS = `(
  j.unique_scope = -2 OR (j.unique_scope = -1 AND s.status < 4) OR
  (j.unique_scope >= 0 AND ?1 < j.created_at + j.unique_scope)
)`;

/** The jobs that hold any of these keys at `now`, by key. */
export function holdersOf(db: Connection, keys: readonly string[], now: number): Map<string, Holder> {
  if (keys.length === 0) return new Map();
  const rows = db.all<Holder & { key: string }>(
    `
    SELECT u.key, s.id, s.status
    FROM json_each(?2) k
    JOIN unique_keys u ON u.key = k.value
    JOIN jobs j ON j.id = u.job
    JOIN job_state s ON s.id = u.job
    WHERE ${HOLDS}`,
    now,
    JSON.stringify(keys),
  );
  return new Map(rows.map(({ key, id, status }) => [key, { id, status }]));
}

/** The keys of one batch, which may also meet within the batch. */
export class UniqueKeys {
  readonly #holders: Map<string, Holder>;

  constructor(db: Connection, jobs: readonly NewJob[], now: number) {
    const keys: string[] = [];
    for (const job of jobs) if (job.unique !== null) keys.push(job.unique.key);
    this.#holders = holdersOf(db, keys, now);
  }

  /** The job that keeps this one out. */
  holderOf(job: NewJob): Holder | undefined {
    return job.unique === null ? undefined : this.#holders.get(job.unique.key);
  }

  /** From now on a new job holds its key, unless it is over already: one that was skipped at once. */
  take({ key, scope }: Unique, job: Holder): void {
    if (scope === "always" || (scope === "unfinished" ? !isFinal(statusOf(job.status)) : scope > 0)) {
      this.#holders.set(key, job);
    }
  }
}
