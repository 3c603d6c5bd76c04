/**
 * One move, from any point at which an earlier one stopped. The order of its steps is what keeps two queues from handing
 * out the same jobs: the source says that it has moved before the target opens.
 */

import { BusyError, ConfigError, DataError } from "../../core/errors.ts";
import type { StoreState } from "../../core/ports.ts";
import type { MoveProgress, MoveReport } from "../move.ts";
import { describe, type Difference } from "./difference.ts";
import { drain } from "./drain.ts";
import { planMove, refuseUnlessEmpty, type Side } from "./plan.ts";
import { type Proof, verify } from "./verify.ts";

/** How a move is made, with nothing left open. */
export interface MoveSettings {
  readonly copy: boolean;
  readonly waitMs: number;
  readonly batch: number;
  readonly signal: AbortSignal | undefined;
  readonly hear: (progress: MoveProgress) => void;
}

const OPEN: StoreState = { type: "open" };

export class Move {
  readonly #receiving: StoreState;
  readonly #sealed: StoreState;
  #total = 0;

  constructor(
    private readonly source: Side,
    private readonly target: Side,
    private readonly settings: MoveSettings,
  ) {
    this.#receiving = { type: "receiving", from: source.identity.id, after: null };
    this.#sealed = { type: "sealed", to: target.place };
  }

  async run(): Promise<MoveReport> {
    const { source, target, settings: { copy } } = this;
    const names = { from: source.place, to: target.place, copy };
    const plan = await planMove(source, target, copy);
    if (plan === "done") return { ...names, proof: null };
    if (plan === "start") await this.#forget();
    if (!copy && source.identity.state.type !== "moved") await this.#closeSource();
    if (copy) await this.#claimTarget();
    await this.#copy(await this.#cursor());
    const proof = await this.#verify();
    if (!copy) await this.#markMoved();
    await this.#become(target, this.#receiving, OPEN);
    this.settings.hear({ type: "opened" });
    return { ...names, proof };
  }

  /** What an earlier move left in the target was copied from a source that has changed since. */
  async #forget(): Promise<void> {
    if (this.target.identity.state.type === "receiving") {
      await this.#become(this.target, this.#receiving, this.#receiving);
    }
  }

  /** From here on jobs end in the source, and none begins. */
  async #closeSource(): Promise<void> {
    const { source, settings: { hear, waitMs, signal } } = this;
    if (source.identity.state.type === "open") await this.#become(source, OPEN, this.#sealed);
    hear({ type: "sealed" });
    try {
      await drain(source.queue, {
        waitMs,
        signal,
        waiting: (running) => hear({ type: "waiting", running }),
      });
      await this.#claimTarget();
    } catch (error) {
      // Nothing was copied, and nobody shall wait for a move that does not come. Another process may copy, though.
      if (!await this.#isCopiedByAnother()) await source.transfer.become(this.#sealed, OPEN).catch(() => {});
      throw error;
    }
  }

  /** Whether the target is being filled from this source; `false` when it cannot be asked. */
  async #isCopiedByAnother(): Promise<boolean> {
    const identity = await this.target.transfer.identity().catch(() => null);
    return identity?.state.type === "receiving" && identity.state.from === this.source.identity.id;
  }

  /** Up to where the target has been filled. */
  async #cursor(): Promise<string | null> {
    const { source, target } = this;
    const { state } = await target.transfer.identity();
    if (state.type !== "receiving" || state.from !== source.identity.id) throw this.#disturbed(target);
    if (source.identity.state.type !== "moved") this.#total = await source.queue.store.count({});
    this.settings.hear({ type: "receiving" });
    return state.after;
  }

  /** Keeps everybody else out of the target; jobs that were submitted since it was found empty are theirs to keep. */
  async #claimTarget(): Promise<void> {
    const { transfer, identity } = this.target;
    if (identity.state.type === "receiving") return;
    await this.#become(this.target, OPEN, this.#receiving);
    try {
      await refuseUnlessEmpty(this.target);
    } catch (error) {
      await transfer.become(this.#receiving, OPEN);
      throw error;
    }
  }

  /** Reads on while the page before is written. */
  async #copy(from: string | null): Promise<void> {
    const { source, target, settings: { batch, signal, hear } } = this;
    let after = from;
    let jobs = 0;
    let reading = source.transfer.read(after, batch);
    for (;;) {
      signal?.throwIfAborted();
      const { records, next } = await reading;
      if (next !== null) {
        reading = source.transfer.read(next, batch);
        // When the write fails, that is the error to tell.
        reading.catch(() => {});
      }
      // After the last page the cursor stays before it: whoever goes on writes that one again, and not all.
      await target.transfer.write(records, next ?? after);
      jobs += records.filter((record) => record.type === "job").length;
      hear({ type: "copied", jobs, total: this.#total });
      if (next === null) return;
      after = next;
    }
  }

  async #verify(): Promise<Proof> {
    const { source, target, settings: { batch, signal, hear } } = this;
    const result = await verify(source.transfer, target.transfer, {
      batch,
      signal,
      compared: (jobs) => hear({ type: "compared", jobs, total: this.#total }),
    });
    if ("checksum" in result) {
      hear({ type: "verified", checksum: result.checksum });
      return result;
    }
    // Whatever is wrong, the next try copies everything.
    await this.#become(target, this.#receiving, this.#receiving);
    throw this.#different(result);
  }

  #different(difference: Difference): Error {
    const { source, target, settings: { copy } } = this;
    const what = describe(difference);
    const again = `If it says so again, empty ${target.place} first`;
    return copy
      ? new BusyError(`${source.place} changed while it was copied: in the copy ${what}`, {
        hint: `Run the command again while nobody uses the queue. ${again}`,
      })
      : new DataError(`${target.place} does not hold what ${source.place} holds: ${what}`, {
        hint: `Run the command again, which copies everything anew, or add --abort. ${again}`,
      });
  }

  async #markMoved(): Promise<void> {
    const { source, target } = this;
    if (source.identity.state.type !== "moved") {
      const moved: StoreState = { type: "moved", to: target.place };
      if (!await source.transfer.become(this.#sealed, moved)) {
        // Another process may have come first with the same move.
        const { state } = await source.transfer.identity();
        if (state.type !== "moved" || state.to !== target.place) throw this.#disturbed(source);
      }
    }
    this.settings.hear({ type: "moved" });
  }

  async #become({ transfer, ...side }: Side, from: StoreState, to: StoreState): Promise<void> {
    if (await transfer.become(from, to)) return;
    const { state } = await transfer.identity();
    // Done already, by another process with the same move.
    if (JSON.stringify(state) !== JSON.stringify(to)) throw this.#disturbed(side);
  }

  #disturbed({ place }: Pick<Side, "place">): ConfigError {
    return new ConfigError(`Somebody else has changed the state of ${place} during the move`, {
      hint: "Run the command again when no other gigq move is under way",
    });
  }
}
