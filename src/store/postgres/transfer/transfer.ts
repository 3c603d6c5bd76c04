/** The part of the store that moves its content. */

import type { Identity, StoreState, Transfer, TransferPage, TransferRecord } from "../../../core/ports.ts";
import { isStill, parseState } from "../../refusal.ts";
import { OPEN } from "../guard.ts";
import type { Line } from "../line.ts";
import type { Sql } from "../sql.ts";
import { Unreadable } from "../../unreadable.ts";
import { read } from "./read.ts";
import { enter, write } from "./write.ts";

export class PostgresTransfer implements Transfer {
  readonly #line: Line;
  readonly #changed: () => void;

  /** @param changed Called after a change */
  constructor(line: Line, changed: () => void) {
    this.#line = line;
    this.#changed = changed;
  }

  identity(): Promise<Identity> {
    return this.#line.aside(identity);
  }

  async become(from: StoreState, to: StoreState): Promise<boolean> {
    const done = await this.#line.write({
      kinds: ["transfer"],
      lock: "exclusive",
      body: async (tx) => {
        if (!isStill((await identity(tx)).state, from)) return false;
        await tx.run("UPDATE gigq.store SET state = $1", to.type === "open" ? OPEN : JSON.stringify(to));
        return true;
      },
    });
    this.#changed();
    return done;
  }

  read(after: string | null, limit: number): Promise<TransferPage> {
    return this.#line.snapshot((tx) => read(tx, after, limit));
  }

  write(records: readonly TransferRecord[], next: string | null): Promise<void> {
    return this.#line.write({
      kinds: ["transfer"],
      lock: "exclusive",
      enter: (books, sql) => enter(books, sql, records),
      body: (tx) => write(tx, records, next),
    });
  }
}

/** Which store this is, and how it stands. */
export async function identity(sql: Sql): Promise<Identity> {
  const row = await sql.get<{ id: string; state: string }>("SELECT id, state FROM gigq.store");
  if (row === undefined) throw new Unreadable("the store has no identity");
  return { id: row.id, state: parseState(row.state) };
}
