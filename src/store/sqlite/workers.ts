/** The book of workers: whoever claimed a job, known by a number. */

import type { WorkerInfo } from "../../core/ports.ts";
import { remember } from "./book.ts";
import type { Connection } from "./connection.ts";

interface WorkerRow {
  readonly id: number;
  readonly name: string;
  readonly host: string;
  readonly boot: string | null;
  readonly pid: number;
  readonly pid_start: string | null;
}

/** Workers are never deleted, so what was read once stays true. */
export class Workers {
  readonly #db: Connection;
  readonly #byId = new Map<number, WorkerInfo>();
  readonly #byName = new Map<string, number>();
  /** Those that came with a move: only their names are known. */
  readonly #bare = new Map<string, number>();

  constructor(db: Connection) {
    this.#db = db;
  }

  /** The number of a worker, which is stored when it is new. Within a write transaction only. */
  id(worker: WorkerInfo): number {
    const book = worker.host === "" ? this.#bare : this.#byName;
    const known = book.get(worker.id);
    if (known !== undefined) return known;
    // A name that came with a move says nothing of host and process; the worker itself does.
    this.#db.run(
      `
      INSERT INTO workers (name, host, boot, pid, pid_start) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (name) DO UPDATE SET
        host = excluded.host, boot = excluded.boot, pid = excluded.pid, pid_start = excluded.pid_start
      WHERE host = ''`,
      worker.id,
      worker.host,
      worker.boot,
      worker.pid,
      worker.pidStart,
    );
    const { id } = this.#db.get<{ id: number }>("SELECT id FROM workers WHERE name = ?", worker.id)!;
    remember(book, worker.id, id);
    this.#byId.delete(id);
    return id;
  }

  /** The worker of a number that was read from the database; `null` stays `null`. */
  get(id: number | null): WorkerInfo | null {
    if (id === null) return null;
    const known = this.#byId.get(id);
    if (known !== undefined) return known;
    const row = this.#db.get<WorkerRow>("SELECT * FROM workers WHERE id = ?", id);
    if (row === undefined) return null;
    const worker = { id: row.name, host: row.host, boot: row.boot, pid: row.pid, pidStart: row.pid_start };
    remember(this.#byId, id, worker);
    return worker;
  }

  clear(): void {
    this.#byId.clear();
    this.#byName.clear();
    this.#bare.clear();
  }
}
