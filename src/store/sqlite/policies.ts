/** The book of policies: distinct values, known by a number, parsed once. */

import type { Policy } from "../../core/job.ts";
import { remember } from "./book.ts";
import type { Connection } from "./connection.ts";
import { Unreadable } from "../unreadable.ts";

/** Policies are never deleted, so what was read once stays true. */
export class Policies {
  readonly #db: Connection;
  readonly #byId = new Map<number, Policy>();
  readonly #byBody = new Map<string, number>();
  /** The same object comes again for thousands of jobs; spares encoding it each time. */
  #last: { policy: Policy; id: number } | undefined;

  constructor(db: Connection) {
    this.#db = db;
  }

  /** The id of a policy, which is stored when it is new. Within a write transaction only. */
  id(policy: Policy): number {
    if (this.#last?.policy === policy) return this.#last.id;
    const body = JSON.stringify(policy);
    let id = this.#byBody.get(body);
    if (id === undefined) {
      this.#db.run("INSERT OR IGNORE INTO policies (body) VALUES (?)", body);
      id = this.#db.get<{ id: number }>("SELECT id FROM policies WHERE body = ?", body)!.id;
      remember(this.#byBody, body, id);
    }
    this.#last = { policy, id };
    return id;
  }

  /** The policy of an id that was read from the database. */
  get(id: number): Policy {
    let policy = this.#byId.get(id);
    if (policy === undefined) {
      const row = this.#db.get<{ body: string }>("SELECT body FROM policies WHERE id = ?", id);
      policy = row && JSON.parse(row.body) as Policy;
      if (!policy) throw new Unreadable(`the policy numbered ${id} is not there`);
      remember(this.#byId, id, policy);
    }
    return policy;
  }

  clear(): void {
    this.#byId.clear();
    this.#byBody.clear();
    this.#last = undefined;
  }
}
