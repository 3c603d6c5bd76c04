/** The items between input and output: bounded, and handed on in order or as they end. */

import type { JobId, Status } from "../../core/job.ts";

/** One item whose job is stored and whose output is not printed yet. */
export interface Slot {
  readonly id: JobId;
  /** Its place among the items, from 1. */
  readonly number: number;
  readonly text: string;
}

/** How a job ended: the attempt whose output counts. */
export interface Ending {
  readonly status: Status;
  readonly attempt: number;
}

/** A slot that can be printed. */
export interface Ended extends Slot, Ending {}

/**
 * Slots go in at one end (`add`), endings come from anywhere (`settle`), and slots come out at the other end
 * (`take`): in the order they went in, or with `unordered` in the order they ended. `room` holds the producer
 * back, so that memory depends on the window and not on the input.
 */
export class Window {
  /** Jobs that failed so far. */
  failed = 0;
  /** Called for every job that failed. */
  onFailure: (failed: number) => void = () => {};
  /** In the order of the input. */
  readonly #open = new Map<JobId, Slot>();
  readonly #endings = new Map<JobId, Ending>();
  #closed = false;
  #stopped = false;
  #halted = false;
  #change = Promise.withResolvers<void>();

  constructor(readonly limit: number, readonly unordered: boolean) {}

  /** Slots inside. */
  get size(): number {
    return this.#open.size;
  }

  /** No more jobs will end. */
  get stopped(): boolean {
    return this.#stopped;
  }

  /** Nothing more may go in; what is inside goes on. */
  get halted(): boolean {
    return this.#halted;
  }

  /** Ids of slots whose jobs have not ended. */
  get waiting(): JobId[] {
    return [...this.#open.keys()].filter((id) => !this.#endings.has(id));
  }

  /** How many more slots may go in; waits until there is room for one, or until it is halted or stopped (then 0). */
  async room(): Promise<number> {
    while (this.#open.size >= this.limit && !this.#shut) await this.#change.promise;
    return this.#shut ? 0 : this.limit - this.#open.size;
  }

  get #shut(): boolean {
    return this.#stopped || this.#halted;
  }

  add(slot: Slot): void {
    this.#open.set(slot.id, slot);
    this.#changed();
  }

  /** Notes how a job ended. It may come before its slot: a fast job ends before its id is known here. */
  settle(id: JobId, ending: Ending): void {
    // It began just before it was cancelled.
    if (this.#halted && ending.status === "cancelled") return this.drop([id]);
    const known = this.#endings.has(id);
    this.#endings.set(id, ending);
    this.#changed();
    if (!known && ending.status === "failed") this.onFailure(++this.failed);
  }

  /** Forgets slots: their jobs will not end, and nothing is printed for them. */
  drop(ids: Iterable<JobId>): void {
    for (const id of ids) {
      this.#open.delete(id);
      this.#endings.delete(id);
    }
    this.#changed();
  }

  /** Whether it is known how this job ended. */
  hasEnded(id: JobId): boolean {
    return this.#endings.has(id);
  }

  /** The next slot to print; `null` when the input has ended and all are printed, or when it is stopped. */
  async take(): Promise<Ended | null> {
    for (;;) {
      const ended = this.#next();
      if (ended !== null) return ended;
      if (this.#stopped || (this.#closed && this.#open.size === 0)) return null;
      await this.#change.promise;
    }
  }

  /** No more slots will come. */
  close(): void {
    this.#closed = true;
    this.#changed();
  }

  /** Lets nothing more in. */
  halt(): void {
    this.#halted = true;
    this.#changed();
  }

  /** No more jobs will end: `take` hands out what can be printed, and then `null`. */
  stop(): void {
    this.#stopped = true;
    this.#changed();
  }

  #next(): Ended | null {
    const id = this.unordered ? this.#firstEnded() : this.#open.keys().next().value;
    const slot = id === undefined ? undefined : this.#open.get(id);
    const ending = id === undefined ? undefined : this.#endings.get(id);
    if (slot === undefined || ending === undefined) return null;
    this.#open.delete(slot.id);
    this.#endings.delete(slot.id);
    this.#changed();
    return { ...slot, ...ending };
  }

  #firstEnded(): JobId | undefined {
    for (const id of this.#endings.keys()) if (this.#open.has(id)) return id;
    return undefined;
  }

  #changed(): void {
    this.#change.resolve();
    this.#change = Promise.withResolvers<void>();
  }
}
