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

/** The process id of a worker of which only the name is known. */
const UNKNOWN = 0;

const FIND = "SELECT id, name, host, boot, pid, pid_start FROM gigq.workers";
/** One of which only the name was known, since it worked elsewhere before the store was moved, is known from now on. */
const INSERT = `
  INSERT INTO gigq.workers AS w (name, host, boot, pid, pid_start) VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (name) DO UPDATE
    SET host = excluded.host, boot = excluded.boot, pid = excluded.pid, pid_start = excluded.pid_start
    WHERE w.pid = ${UNKNOWN}`;
const INSERT_NAMES = `
  INSERT INTO gigq.workers (name, host, pid) SELECT n, '', ${UNKNOWN} FROM unnest($1::text[]) n
  ON CONFLICT DO NOTHING`;

/** Workers are never deleted, so what was read once stays true, but for those of which only the name is known. */
export class Workers {
  readonly #byId = new Book<number, WorkerInfo>();
  readonly #byName = new Book<string, number>();

  /** Enters a worker that is to claim jobs. Each statement commits by itself. */
  async enter(sql: Sql, { id: name, host, boot, pid, pidStart }: WorkerInfo): Promise<void> {
    if (this.#byName.get(name) !== undefined) return;
    const [, rows] = await Promise.all([
      sql.run(INSERT, name, host, boot, pid, pidStart),
      sql.all<Row>(`${FIND} WHERE name = $1`, name),
    ]);
    this.#note(rows);
  }

  /** Enters workers of which only the names are known; returns their numbers. */
  async enterNames(sql: Sql, names: readonly string[]): Promise<ReadonlyMap<string, number>> {
    if (names.length === 0) return new Map();
    const [, rows] = await Promise.all([
      sql.run(INSERT_NAMES, names),
      sql.all<Row>(`${FIND} WHERE name = ANY($1)`, names),
    ]);
    return new Map(rows.map((row) => [row.name, row.id]));
  }

  /** The number of a worker that was entered. */
  id(worker: WorkerInfo): number {
    const id = this.#byName.get(worker.id);
    if (id === undefined) throw new Error(`the worker ${worker.id} was not entered`);
    return id;
  }

  /** Reads workers by number, for {@linkcode get}. */
  async load(sql: Sql, ids: Iterable<number | null>): Promise<void> {
    const missing = [...new Set(ids)].filter((id) =>
      id !== null && (this.get(id)?.pid ?? UNKNOWN) === UNKNOWN
    );
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
      if (pid !== UNKNOWN) this.#byName.set(name, id);
    }
  }
}
