/** Not yet. */

import { ConfigError } from "../../core/errors.ts";
import type { Identity, StoreState, Transfer, TransferPage, TransferRecord } from "../../core/ports.ts";
import { nameOf } from "./errors.ts";
import { readIdentity } from "./identity.ts";
import type { Line } from "./line.ts";

/** Moves the content of a store. */
export class RedisTransfer implements Transfer {
  readonly #line: Line;

  constructor(line: Line) {
    this.#line = line;
  }

  async identity(): Promise<Identity> {
    const identity = await readIdentity(this.#line);
    if (identity === null) {
      throw new ConfigError(`${nameOf(this.#line.url)} has lost the queue that was opened here`);
    }
    return identity;
  }

  become(_from: StoreState, _to: StoreState): Promise<boolean> {
    return Promise.reject(new Error("become is missing"));
  }

  read(_after: string | null, _limit: number): Promise<TransferPage> {
    return Promise.reject(new Error("read is missing"));
  }

  write(_records: readonly TransferRecord[], _next: string | null): Promise<void> {
    return Promise.reject(new Error("write is missing"));
  }
}
