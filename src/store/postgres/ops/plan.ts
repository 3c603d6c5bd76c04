/** What becomes of the jobs of a batch, decided before any of them has an id. */

import { NotFoundError } from "../../../core/errors.ts";
import type { JobId, NewJob } from "../../../core/job.ts";
import type { Enqueued } from "../../../core/ports.ts";
import { isFinal, satisfies } from "../../../core/transitions.ts";
import { ms, ruleCode, S, statusOf } from "../../codes.ts";
import { type Holder, keeps } from "./unique.ts";

/** A stored job by its id, or the new job at place n as -1 - n. */
export type Ref = number;

export function idOf(ref: Ref, ids: readonly JobId[]): JobId {
  return ref < 0 ? ids[-1 - ref]! : ref;
}

/** A job to be stored, as it starts. */
export interface NewRow {
  readonly job: NewJob;
  readonly status: number;
  readonly waitingOn: number;
  readonly dueAt: number;
  readonly edges: readonly { readonly parent: Ref; readonly rule: number }[];
}

interface Known {
  readonly ref: Ref;
  readonly status: number;
}

/** When a job is due that is to start at `runAt`. */
export function dueAt(job: NewJob, now: number): number {
  return Math.max(now, job.runAt === null ? now : ms(job.runAt));
}

export class Plan {
  /** The new ones, in their order. */
  readonly rows: NewRow[] = [];
  readonly #places: Known[] = [];
  readonly #parents: ReadonlyMap<JobId, number>;
  readonly #holders: Map<string, Known>;

  /**
   * @param parents Statuses of the stored jobs that the batch depends on
   * @param holders The stored jobs that hold keys of the batch, by key
   */
  constructor(
    jobs: readonly NewJob[],
    parents: ReadonlyMap<JobId, number>,
    holders: ReadonlyMap<string, Holder>,
    now: number,
  ) {
    this.#parents = parents;
    this.#holders = new Map([...holders].map(([key, { id, status }]) => [key, { ref: id, status }]));
    for (const job of jobs) this.#places.push(this.#place(job, now));
  }

  /** What to say of each job of the batch. */
  enqueued(ids: readonly JobId[]): Enqueued[] {
    let created = 0;
    return this.#places.map(({ ref }) => {
      const isNew = ref === -1 - created;
      if (isNew) created++;
      return { id: idOf(ref, ids), created: isNew };
    });
  }

  #place(job: NewJob, now: number): Known {
    const holder = job.unique === null ? undefined : this.#holders.get(job.unique.key);
    if (holder !== undefined) return holder;
    const row = this.#start(job, now);
    const known = { ref: -1 - this.rows.length, status: row.status };
    this.rows.push(row);
    if (job.unique !== null && keeps(job.unique, row.status)) this.#holders.set(job.unique.key, known);
    return known;
  }

  #start(job: NewJob, now: number): NewRow {
    const due = dueAt(job, now);
    let open = 0;
    let broken = false;
    const edges = job.after.map((dependency) => {
      const { ref, status } = this.#parent(dependency);
      if (!isFinal(statusOf(status))) open++;
      else if (!satisfies(statusOf(status), dependency.on)) broken = true;
      return { parent: ref, rule: ruleCode(dependency.on) };
    });
    const status = broken ? S.skipped : open > 0 ? S.blocked : due > now ? S.scheduled : S.ready;
    return { job, status, waitingOn: broken ? 0 : open, dueAt: due, edges };
  }

  #parent(dependency: NewJob["after"][number]): Known {
    if ("id" in dependency) return { ref: dependency.id, status: this.#parents.get(dependency.id)! };
    const parent = this.#places[dependency.index];
    if (parent !== undefined) return parent;
    throw new NotFoundError(
      `Job ${this.#places.length} of the batch depends on job ${dependency.index}, which is not before it`,
    );
  }
}
