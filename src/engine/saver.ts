/** What one attempt saves for the next one, on its way to the store. */

import { BOUNDS } from "../core/bounds.ts";
import { DataError } from "../core/errors.ts";
import type { Checkpoint } from "../core/job.ts";
import { encodeJson, type Json } from "../core/json.ts";
import type { Savings } from "../core/ports.ts";

/** What goes to the store together, and who waits to hear of it. */
export interface Batch {
  readonly savings: { checkpoint?: Json; readonly steps: Map<string, Json> };
  waiters: PromiseWithResolvers<void>[];
}

/**
 * One batch at a time is under way, so that an older one that must be sent again never overtakes a newer one; what
 * is saved meanwhile gathers for the next.
 */
export class Saver {
  readonly #keys: Set<string>;
  #waiting: Batch | null = null;
  readonly #sent = new Set<Batch>();

  constructor(stored: Checkpoint | null) {
    this.#keys = new Set(Object.keys(stored?.steps ?? {}));
  }

  /**
   * Takes news. The promise resolves when the store has them.
   *
   * @throws {DataError} For a value that is not JSON or too large, a bad key, or too many steps
   */
  add({ checkpoint, steps = {} }: Savings): Promise<void> {
    const value = checkpoint === undefined ? undefined : copy(checkpoint, "The checkpoint");
    const results = Object.entries(steps).map(([key, result]) => [key, this.#step(key, result)] as const);
    this.#waiting ??= { savings: { steps: new Map() }, waiters: [] };
    if (value !== undefined) this.#waiting.savings.checkpoint = value;
    for (const [key, result] of results) {
      this.#keys.add(key);
      this.#waiting.savings.steps.set(key, result);
    }
    const waiter = Promise.withResolvers<void>();
    this.#waiting.waiters.push(waiter);
    return waiter.promise;
  }

  /** Whether there is something to send now. */
  get ready(): boolean {
    return this.#waiting !== null && this.#sent.size === 0;
  }

  /** Whether there is something that the store is not known to have. */
  get unsaved(): boolean {
    return this.#waiting !== null || this.#sent.size > 0;
  }

  /**
   * The next batch; `null` when there is none, or one is under way.
   *
   * @param last The attempt has ended: everything that the store is not known to have goes along
   */
  take(last: boolean): Batch | null {
    if (last ? !this.unsaved : !this.ready) return null;
    let batch = this.#waiting ?? { savings: { steps: new Map() }, waiters: [] };
    for (const sent of [...this.#sent].reverse()) batch = { ...over(sent, batch), waiters: batch.waiters };
    this.#waiting = null;
    this.#sent.add(batch);
    return batch;
  }

  /** The store has a batch. */
  heard(batch: Batch): void {
    this.#sent.delete(batch);
    for (const { resolve } of batch.waiters) resolve();
  }

  /** A batch did not arrive: it goes with the next one. */
  unheard(batch: Batch): void {
    if (!this.#sent.delete(batch)) return;
    this.#waiting = this.#waiting === null ? batch : over(batch, this.#waiting);
  }

  /** Nothing is going to be stored any more, for this reason. */
  refuse(error: Error): void {
    const batches = [...this.#sent, ...this.#waiting === null ? [] : [this.#waiting]];
    this.#sent.clear();
    this.#waiting = null;
    for (const { waiters } of batches) for (const { reject } of waiters) reject(error);
  }

  #step(key: string, result: Json): Json {
    if (key === "" || key.length > BOUNDS.stepKeyChars) {
      const shown = JSON.stringify(key.slice(0, 40));
      throw new DataError(`The key ${shown} of a step must have 1 to ${BOUNDS.stepKeyChars} characters`);
    }
    if (!this.#keys.has(key) && this.#keys.size >= BOUNDS.checkpointSteps) {
      throw new DataError(
        `Step ${JSON.stringify(key)} is one more than the ${BOUNDS.checkpointSteps} allowed`,
        {
          hint: "Make one step of many small ones, or save a checkpoint",
        },
      );
    }
    return copy(result, `The result of step ${JSON.stringify(key)}`);
  }
}

/** The older batch with what the newer one says in its place. */
function over(older: Batch, newer: Batch): Batch {
  return {
    savings: {
      ...older.savings,
      ...newer.savings,
      steps: new Map([...older.savings.steps, ...newer.savings.steps]),
    },
    waiters: [...older.waiters, ...newer.waiters],
  };
}

/** The value as it is now: the job may change it while it waits. */
function copy(value: Json, what: string): Json {
  return JSON.parse(encodeJson(value, what)) as Json;
}
