/**
 * Calls that are made in one turn of the event loop share a transaction, in the order in which they were made: a worker's
 * finishes and its next claim, or many small submits. When one of them fails, each runs again by itself, so that only
 * those that fail are rejected; operations depend on the database and their arguments alone.
 */

import { UnavailableError } from "../../core/errors.ts";
import type { NewJob } from "../../core/job.ts";
import type { ScheduleStep, Store } from "../../core/ports.ts";
import type { Kind } from "./guard.ts";
import { advance, lockSchedules } from "./ops/advance.ts";
import { enqueueTogether } from "./ops/enqueue_together.ts";
import type { News } from "./signals.ts";
import type { Sql } from "./sql.ts";
import type { Lock } from "./transaction.ts";
import type { Books, Tx } from "./tx.ts";

export type Batch = Parameters<Store["enqueue"]>[0];
export type Enqueueing = Awaited<ReturnType<Store["enqueue"]>>;

/** A call that may share its transaction. */
export interface Call<T> {
  readonly kind: Kind;
  /** `exclusive`: those it shares its transaction with are the only ones; default `shared`. */
  readonly lock?: Lock;
  /** The schedule whose row it needs: rows are locked in the order of their ids, before the first call. */
  readonly schedule?: number;
  /** Jobs that it may store: what they share with others is entered in the books before the transaction begins. */
  readonly jobs?: readonly NewJob[];
  /** Enters what else the books need to know. */
  readonly enter?: (books: Books, sql: Sql) => Promise<void>;
  readonly run: (tx: Tx) => Promise<T>;
  /** Who wants to know what it came to. */
  readonly news: (value: T) => News;
  /** What it submits, where that may be submitted together with the jobs of other calls. */
  readonly submits?: Submit;
  /** What it does to its schedule, where that may be done together with the steps of others. */
  readonly advances?: Advance;
}

interface Submit {
  readonly jobs: readonly NewJob[];
  readonly now: number;
}

interface Advance {
  readonly step: ScheduleStep;
  readonly now: number;
}

interface Waiting {
  readonly call: Call<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Larger groups gain nothing, and hold their locks longer. */
const MOST_JOBS = 5_000;
const MOST_CALLS = 1_000;

/**
 * The end of the turn is best met by `setImmediate`. Its first use costs 7 ms though, as does that of `setTimeout`,
 * which a program that makes a call or two is spared: its groups end with the microtasks queued before them.
 */
const FIRST_TURNS = 8;

export class Turn {
  readonly #write: (calls: readonly Call<unknown>[]) => Promise<readonly unknown[]>;
  #waiting: Waiting[] = [];
  #turns = 0;
  /** Flushes that are under way. */
  readonly #flushing = new Set<Promise<void>>();

  /** @param write Runs calls in one transaction */
  constructor(write: (calls: readonly Call<unknown>[]) => Promise<readonly unknown[]>) {
    this.#write = write;
  }

  /** Queues a call for the end of this turn. */
  call<T>(call: Call<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push({ call, resolve, reject } as Waiting);
      if (this.#waiting.length > 1) return;
      if (this.#turns++ < FIRST_TURNS) queueMicrotask(() => queueMicrotask(() => this.#end()));
      else setImmediate(() => this.#end());
    });
  }

  /** Resolves when every call has been answered. */
  async ended(): Promise<void> {
    if (this.#waiting.length > 0) this.#end();
    while (this.#flushing.size > 0) await Promise.all(this.#flushing);
  }

  #end(): void {
    const flushing: Promise<void> = this.#flush().finally(() => this.#flushing.delete(flushing));
    this.#flushing.add(flushing);
  }

  async #flush(): Promise<void> {
    const all = this.#waiting;
    this.#waiting = [];
    // One group after the other, so that jobs get their ids in the order of the calls.
    for (const group of divide(all)) await this.#settle(group);
  }

  async #settle(group: readonly Waiting[]): Promise<void> {
    try {
      const values = await this.#write(group.map(({ call }) => call));
      group.forEach(({ resolve }, index) => resolve(values[index]));
    } catch (error) {
      // Where the server is not there, no single call is better off; and what may have been stored is not sent again.
      if (group.length === 1 || error instanceof UnavailableError) {
        for (const { reject } of group) reject(error);
      } else for (const one of group) await this.#settle([one]);
    }
  }
}

function divide(all: readonly Waiting[]): Waiting[][] {
  const groups: Waiting[][] = [];
  let jobs = 0;
  for (const waiting of all) {
    const { submits, advances } = waiting.call;
    const size = submits?.jobs.length ?? advances?.step.fire?.jobs.length ?? 0;
    const last = groups.at(-1);
    if (last !== undefined && last.length < MOST_CALLS && jobs + size <= MOST_JOBS) {
      last.push(waiting);
      jobs += size;
    } else {
      groups.push([waiting]);
      jobs = size;
    }
  }
  return groups;
}

/** Runs calls one after the other; neighbours that do the same at the same moment as one. */
export async function runCalls(tx: Tx, calls: readonly Call<unknown>[]): Promise<readonly unknown[]> {
  const ids = calls.flatMap(({ schedule }) => schedule ?? []);
  const [, values] = await Promise.all([lockSchedules(tx, ids), runInOrder(tx, calls)]);
  return values;
}

async function runInOrder(tx: Tx, calls: readonly Call<unknown>[]): Promise<unknown[]> {
  const values: unknown[] = [];
  while (values.length < calls.length) {
    const row = rowFrom(calls, values.length);
    if (row.length === 1) values.push(await row[0]!.run(tx));
    else if (row[0]!.submits !== undefined) values.push(...await submitTogether(tx, row));
    else values.push(...await advanceTogether(tx, row));
  }
  return values;
}

/** A call, and those after it that can be run with it. */
function rowFrom(calls: readonly Call<unknown>[], start: number): readonly Call<unknown>[] {
  const { submits, advances } = calls[start]!;
  let end = start + 1;
  if (submits !== undefined) { while (calls[end]?.submits?.now === submits.now) end++; }
  else if (advances !== undefined) {
    // A second step of one schedule is made from what the first has left.
    const ids = new Set([advances.step.id]);
    for (; calls[end]?.advances?.now === advances.now; end++) {
      const { id } = calls[end]!.advances!.step;
      if (ids.has(id)) break;
      ids.add(id);
    }
  }
  return calls.slice(start, end);
}

async function submitTogether(tx: Tx, calls: readonly Call<unknown>[]): Promise<Enqueueing[]> {
  const batches = calls.map(({ submits }) => submits!.jobs);
  const stored = await enqueueTogether(tx, batches, calls[0]!.submits!.now);
  return stored.map((jobs) => ({ jobs, workflow: null }));
}

function advanceTogether(tx: Tx, calls: readonly Call<unknown>[]): Promise<readonly unknown[]> {
  return advance(tx, calls.map(({ advances }) => advances!.step), calls[0]!.advances!.now);
}

/** Who wants to know of any of them. */
export function newsOf(calls: readonly Call<unknown>[], values: readonly unknown[]): News {
  const all = calls.map((call, index) => call.news(values[index]));
  return all.includes("all") ? "all" : all.includes("here") ? "here" : "none";
}
