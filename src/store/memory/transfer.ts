/** Moving what a memory store holds. */

import type { Identity, StoreState, Transfer, TransferPage, TransferRecord } from "../../core/ports.ts";
import { isStill, notReceiving } from "../refusal.ts";
import { readPage } from "../transfer_pages.ts";
import type { State } from "./state.ts";
import { partsOf } from "./transfer_read.ts";
import { Writer } from "./transfer_write.ts";

/** Runs a verb in one turn, whatever the state. */
type Run = <T>(verb: (state: State) => T) => Promise<T>;

export class MemoryTransfer implements Transfer {
  readonly #writer: Writer;

  constructor(state: State, private readonly run: Run) {
    this.#writer = new Writer(state);
  }

  identity(): Promise<Identity> {
    return this.run((state) => ({ id: state.id, state: state.standing }));
  }

  become(from: StoreState, to: StoreState): Promise<boolean> {
    return this.run((state) => {
      if (!isStill(state.standing, from)) return false;
      state.standing = to;
      state.changed = true;
      return true;
    });
  }

  read(after: string | null, limit: number): Promise<TransferPage> {
    return this.run((state) => readPage(partsOf(state), after, limit));
  }

  write(records: readonly TransferRecord[], next: string | null): Promise<void> {
    return this.run((state) => {
      if (state.standing.type !== "receiving") throw notReceiving();
      for (const record of records) this.#writer.write(record);
      state.standing = { ...state.standing, after: next };
      state.changed = true;
    });
  }
}
