/** The book of policies: distinct values, known by a number, parsed once. */

import type { Policy } from "../../../core/job.ts";
import type { Sql } from "../sql.ts";
import { Unreadable } from "../../unreadable.ts";
import { Book } from "./book.ts";

interface Row {
  readonly id: number;
  readonly body: string;
}

/** Half of a SHA-256, which is as wide as a UUID. */
const DIGEST = "encode(substr(sha256(convert_to(n.body, 'UTF8')), 1, 16), 'hex')::uuid";
const FIND = `
  SELECT p.id, p.body FROM unnest($1::text[]) AS n (body)
  JOIN gigq.policies p ON p.digest = ${DIGEST} AND p.body = n.body`;
const INSERT = `
  INSERT INTO gigq.policies (digest, body) SELECT ${DIGEST}, n.body FROM unnest($1::text[]) AS n (body)
  ON CONFLICT DO NOTHING`;

/** Policies are never deleted, so what was read once stays true. */
export class Policies {
  readonly #byId = new Book<number, Policy>();
  readonly #byBody = new Book<string, number>();
  /** The same object comes again for thousands of jobs; spares encoding it each time. */
  #last: { readonly policy: Policy; readonly id: number } | undefined;

  /** Enters policies of jobs that are to be stored. Each statement commits by itself. */
  async enter(sql: Sql, policies: Iterable<Policy>): Promise<void> {
    const bodies = this.#byBody.missing([...new Set(policies)].map((policy) => JSON.stringify(policy)));
    if (bodies.length === 0) return;
    this.#note(await sql.all<Row>(FIND, bodies));
    const fresh = this.#byBody.missing(bodies);
    if (fresh.length === 0) return;
    const [, rows] = await Promise.all([sql.run(INSERT, fresh), sql.all<Row>(FIND, fresh)]);
    this.#note(rows);
  }

  /** The number of a policy that was entered. */
  id(policy: Policy): number {
    if (this.#last?.policy === policy) return this.#last.id;
    const id = this.#byBody.get(JSON.stringify(policy));
    if (id === undefined) throw new Error("the policy was not entered");
    this.#last = { policy, id };
    return id;
  }

  /** Reads policies by number, for {@linkcode get}. */
  async load(sql: Sql, ids: Iterable<number>): Promise<void> {
    const missing = this.#byId.missing(ids);
    if (missing.length === 0) return;
    this.#note(await sql.all<Row>("SELECT id, body FROM gigq.policies WHERE id = ANY($1)", missing));
  }

  /** The policy of a number that was loaded. */
  get(id: number): Policy {
    const policy = this.#byId.get(id);
    if (policy === undefined) throw new Unreadable(`the policy numbered ${id} is not there`);
    return policy;
  }

  #note(rows: readonly Row[]): void {
    for (const { id, body } of rows) {
      this.#byId.set(id, JSON.parse(body) as Policy);
      this.#byBody.set(body, id);
    }
  }
}
