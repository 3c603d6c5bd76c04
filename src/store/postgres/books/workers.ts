/** The book of workers: whoever claimed a job, known by a number. */

import type { WorkerInfo } from "../../../core/ports.ts";
import type { Sql } from "../sql.ts";
import { Book } from "./book.ts";

interface Row {
  readonly id: number;
  readonly name: string;
  readonly host: string;
  readonly boot: string | null;
  readonly pid: number;
  readonly pid_start: string | null;
}

const FIND = "SELECT id, name, host, boot, pid, pid_start FROM gigq.workers";
const INSERT = `
  INSERT INTO gigq.workers (name, host, boot, pid, pid_start) VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT DO NOTHING`;

/** Workers are never deleted, so what was read once stays true. */
export class Workers {
  readonly #byId = new Book<number, WorkerInfo>();
  readonly #byName = new Book<string, number>();

  /** Enters a worker that is to claim jobs. Each statement commits by itself. */
  async enter(sql: Sql, { id: name, host, boot, pid, pidStart }: WorkerInfo): Promise<void> {
    if (this.#byName.get(name) !== undefined) return;
    await sql.run(INSERT, name, host, boot, pid, pidStart);
    this.#note(await sql.all<Row>(`${FIND} WHERE name = $1`, name));
  }

  /** The number of a worker that was entered. */
  id(worker: WorkerInfo): number {
    const id = this.#byName.get(worker.id);
    if (id === undefined) throw new Error(`the worker ${worker.id} was not entered`);
    return id;
  }

  /** Reads workers by number, for {@linkcode get}. */
  async load(sql: Sql, ids: Iterable<number | null>): Promise<void> {
    const missing = this.#byId.missing([...ids].filter((id) => id !== null));
    if (missing.length === 0) return;
    this.#note(await sql.all<Row>(`${FIND} WHERE id = ANY($1)`, missing));
  }

  /** The worker of a number that was loaded; `null` stays `null`, and so does one that is not there. */
  get(id: number | null): WorkerInfo | null {
    return id === null ? null : this.#byId.get(id) ?? null;
  }

  #note(rows: readonly Row[]): void {
    for (const { id, name, host, boot, pid, pid_start: pidStart } of rows) {
      this.#byId.set(id, { id: name, host, boot, pid, pidStart });
      this.#byName.set(name, id);
    }
  }
}
