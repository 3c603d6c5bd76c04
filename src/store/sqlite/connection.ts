/** One connection: statements prepared once, and the small books that ops keep in memory. */

import type { Driver, Statement, Value } from "./driver.ts";
import { Lanes } from "./lanes.ts";
import { Policies } from "./policies.ts";
import { Workers } from "./workers.ts";

/** What an operation gets. All of it is synchronous: an operation runs within one turn of the event loop. */
export class Connection {
  readonly driver: Driver;
  readonly lanes: Lanes = new Lanes(this);
  readonly policies: Policies = new Policies(this);
  readonly workers: Workers = new Workers(this);
  readonly #statements = new Map<string, Statement>();

  constructor(driver: Driver) {
    this.driver = driver;
  }

  /** The statement for `sql`, prepared at its first use. */
  prepare(sql: string): Statement {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.driver.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  run(sql: string, ...params: Value[]): void {
    this.prepare(sql).run(...params);
  }

  get<T>(sql: string, ...params: Value[]): T | undefined {
    return this.prepare(sql).get<T>(...params);
  }

  all<T>(sql: string, ...params: Value[]): T[] {
    return this.prepare(sql).all<T>(...params);
  }

  /** Whether a query finds anything; it must name its only column `found`. */
  exists(sql: string, ...params: Value[]): boolean {
    return this.get<{ found: number }>(sql, ...params)?.found === 1;
  }

  /** Several reads that see the same moment. */
  snapshot<T>(read: () => T): T {
    this.run("BEGIN");
    try {
      return read();
    } finally {
      this.run("COMMIT");
    }
  }

  /** Forgets ids that were handed out in a transaction that did not happen. */
  rolledBack(): void {
    this.lanes.clear();
    this.policies.clear();
    this.workers.clear();
  }

  close(): void {
    this.#statements.clear();
    this.driver.close();
  }
}
