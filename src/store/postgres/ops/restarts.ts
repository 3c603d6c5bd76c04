/** Which jobs a requeue runs once more, and what each then waits for. */

import type { JobId } from "../../../core/job.ts";
import { isFinal, satisfies } from "../../../core/transitions.ts";
import { ruleOf, S, statusOf } from "../../codes.ts";
import type { Holder } from "./unique.ts";

export interface Candidate {
  readonly id: JobId;
  readonly status: number;
  readonly run_at: number | null;
  readonly unique_key: string | null;
  /** Whether its key, once it runs again, keeps others out. */
  readonly keeps: boolean;
}

export interface EdgeRow {
  readonly child: JobId;
  readonly parent: JobId;
  readonly rule: number;
  readonly status: number;
}

/** What a requeue makes of one job. */
export interface Restart {
  readonly job: Candidate;
  readonly waitingOn: number;
  /** Whether it waits for canaries. */
  readonly held: boolean;
}

/**
 * Jobs are added parents first (their ids are always lower), so that each sees its parents as they will stand: one that
 * is itself requeued is open again.
 */
export class Restarts {
  readonly made = new Map<JobId, Restart>();
  readonly #edges: ReadonlyMap<JobId, readonly EdgeRow[]>;
  /** By unique key, the job that holds it. */
  readonly #holders: Map<string, JobId>;

  constructor(edges: ReadonlyMap<JobId, readonly EdgeRow[]>, holders: ReadonlyMap<string, Holder>) {
    this.#edges = edges;
    this.#holders = new Map([...holders].map(([key, holder]) => [key, holder.id]));
  }

  add(job: Candidate): void {
    if (isFinal(statusOf(job.status))) this.#restart(job, 0);
  }

  /**
   * Adds jobs that failed and are to wait for canaries; returns those that do.
   *
   * @param earlier Jobs that a canary comes after: they cannot wait for it
   */
  addHeld(jobs: readonly Candidate[], earlier: ReadonlySet<JobId>, canaries: number): JobId[] {
    const held = jobs.filter((job) =>
      job.status === S.failed && !earlier.has(job.id) && this.#restart(job, canaries)
    );
    return held.map((job) => job.id);
  }

  /** Returns whether it can be run once more. */
  #restart(job: Candidate, holds: number): boolean {
    const open = openEdges(this.#edges.get(job.id) ?? [], (id) => this.made.has(id));
    const holder = job.unique_key === null ? undefined : this.#holders.get(job.unique_key);
    if (open === undefined || (holder !== undefined && holder !== job.id)) return false;
    this.made.set(job.id, { job, waitingOn: open + holds, held: holds > 0 });
    if (job.unique_key !== null && job.keeps) this.#holders.set(job.unique_key, job.id);
    return true;
  }
}

/** How many parents are still to come; `undefined` when one has ended the wrong way. */
function openEdges(edges: readonly EdgeRow[], isOpen: (parent: JobId) => boolean): number | undefined {
  let open = 0;
  for (const { parent, rule, status } of edges) {
    if (isOpen(parent) || !isFinal(statusOf(status))) open++;
    else if (!satisfies(statusOf(status), ruleOf(rule))) return undefined;
  }
  return open;
}
