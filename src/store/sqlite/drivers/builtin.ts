/** The runtime's own SQLite: loads in no time, always there. */

import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import {
  type Driver,
  type DriverFactory,
  type DriverOptions,
  type SqliteFailure,
  type Statement,
  toFailure,
  type Value,
} from "../driver.ts";

/** Opens connections of `node:sqlite`. */
export const builtin: DriverFactory = {
  name: "builtin",
  open: (path, options) => new BuiltinDriver(path, options),
};

class BuiltinDriver implements Driver {
  readonly name = "builtin";
  readonly #db: DatabaseSync;

  constructor(path: string, { busyMs, readOnly = false }: DriverOptions) {
    try {
      this.#db = new DatabaseSync(path, { readOnly, timeout: busyMs, enableForeignKeyConstraints: false });
    } catch (error) {
      throw failure(error);
    }
  }

  get version(): string {
    return this.prepare("SELECT sqlite_version() AS version").get<{ version: string }>()!.version;
  }

  prepare(sql: string): Statement {
    try {
      return new BuiltinStatement(this.#db.prepare(sql));
    } catch (error) {
      throw failure(error);
    }
  }

  exec(sql: string): void {
    try {
      this.#db.exec(sql);
    } catch (error) {
      throw failure(error);
    }
  }

  close(): void {
    this.#db.close();
  }
}

class BuiltinStatement implements Statement {
  readonly #statement: StatementSync;

  constructor(statement: StatementSync) {
    this.#statement = statement;
  }

  run(...params: Value[]): void {
    try {
      this.#statement.run(...params as SQLInputValue[]);
    } catch (error) {
      throw failure(error);
    }
  }

  get<T>(...params: Value[]): T | undefined {
    try {
      return this.#statement.get(...params as SQLInputValue[]) as T | undefined;
    } catch (error) {
      throw failure(error);
    }
  }

  all<T>(...params: Value[]): T[] {
    try {
      return this.#statement.all(...params as SQLInputValue[]) as T[];
    } catch (error) {
      throw failure(error);
    }
  }
}

function failure(error: unknown): SqliteFailure {
  return toFailure(error, (error as { errcode?: number }).errcode);
}
