/** Moving what a Redis store holds. */

import type { Identity, StoreState, Transfer, TransferPage, TransferRecord } from "../../../core/ports.ts";
import { isStill } from "../../refusal.ts";
import type { Redis } from "../script.ts";
import { become, identity } from "./become.ts";
import { readPage } from "./read.ts";
import { write } from "./write.ts";

/** Calls that are let through in any state. */
export class RedisTransfer implements Transfer {
  /** @param run Makes a call, as the verbs of the store do */
  constructor(private readonly run: <T>(verb: (redis: Redis) => Promise<T>) => Promise<T>) {}

  identity(): Promise<Identity> {
    return this.run(identity);
  }

  become(from: StoreState, to: StoreState): Promise<boolean> {
    return this.run(async (redis) => {
      for (;;) {
        const { state } = await identity(redis);
        if (!isStill(state, from)) return false;
        // Somebody else may have changed it since that look.
        const changed = await become(redis, state, to);
        if (changed) return true;
      }
    });
  }

  read(after: string | null, limit: number): Promise<TransferPage> {
    return this.run((redis) => readPage(redis, after, limit));
  }

  write(records: readonly TransferRecord[], next: string | null): Promise<void> {
    return this.run((redis) => write(redis, records, next));
  }
}
