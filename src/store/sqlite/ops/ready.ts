/** Which ready jobs come next: higher priority first, then lower id, over any number of lanes. */

import type { JobId } from "../../../core/job.ts";
import type { Connection } from "../connection.ts";

interface Ready {
  readonly id: JobId;
  readonly priority: number;
}

/**
 * Answered by the index `state_ready` alone. A bare parameter as a limit would have SQLite prepare the statement
 * anew at each use, which costs more than running it.
 */
export const LANE_SQL = `
  SELECT id, priority FROM job_state
  WHERE status = 2 AND lane = ?1
  ORDER BY priority DESC, id LIMIT ?2 + 0 OFFSET ?3 + 0`;

/** Walks the index `state_ready_workflow` in order; a workflow is small. */
export const WORKFLOW_SQL = `
  SELECT id, priority FROM job_state
  WHERE status = 2 AND workflow = ?1 AND lane IN (SELECT value FROM json_each(?2))
  ORDER BY priority DESC, id LIMIT ?3 + 0`;

/** The ids of at most `limit` ready jobs in their order. */
export function pickReady(
  db: Connection,
  lanes: readonly number[],
  limit: number,
  workflow: number | undefined,
): JobId[] {
  if (lanes.length === 0) return [];
  if (workflow !== undefined) {
    return ids(db.all<Ready>(WORKFLOW_SQL, workflow, JSON.stringify(lanes), limit));
  }
  const filled = lanes.length === 1 ? lanes : withReady(db, lanes);
  if (filled.length === 1) return ids(db.all<Ready>(LANE_SQL, filled[0]!, limit, 0));
  return merge(filled.map((lane) => new LaneCursor(db, lane, pageSize(limit, filled.length))), limit);
}

function ids(rows: readonly Ready[]): JobId[] {
  return rows.map((row) => row.id);
}

/** Most lanes are empty most of the time; one statement leaves them out. */
function withReady(db: Connection, lanes: readonly number[]): number[] {
  const rows = db.all<{ lane: number }>(
    `
    SELECT value AS lane FROM json_each(?)
    WHERE EXISTS (SELECT 1 FROM job_state WHERE status = 2 AND lane = value)`,
    JSON.stringify(lanes),
  );
  return rows.map((row) => row.lane);
}

/** Enough for an even mixture of lanes; an uneven one reads another page. */
function pageSize(limit: number, lanes: number): number {
  return Math.min(limit, Math.ceil((2 * limit) / lanes));
}

function merge(cursors: LaneCursor[], limit: number): JobId[] {
  const picked: JobId[] = [];
  while (picked.length < limit) {
    let best: LaneCursor | undefined;
    for (const cursor of cursors) {
      if (cursor.head !== undefined && (best === undefined || before(cursor.head, best.head!))) best = cursor;
    }
    if (best === undefined) break;
    picked.push(best.head!.id);
    best.advance();
  }
  return picked;
}

function before(a: Ready, b: Ready): boolean {
  return a.priority > b.priority || (a.priority === b.priority && a.id < b.id);
}

/** Reads one lane page by page. */
class LaneCursor {
  /** The next job of the lane. */
  head: Ready | undefined;
  readonly #db: Connection;
  readonly #lane: number;
  readonly #size: number;
  #page: readonly Ready[] = [];
  #index = 0;
  #read = 0;

  constructor(db: Connection, lane: number, size: number) {
    this.#db = db;
    this.#lane = lane;
    this.#size = size;
    this.#load();
  }

  advance(): void {
    this.#index++;
    if (this.#index < this.#page.length) this.head = this.#page[this.#index];
    else if (this.#page.length < this.#size) this.head = undefined;
    else this.#load();
  }

  #load(): void {
    this.#page = this.#db.all<Ready>(LANE_SQL, this.#lane, this.#size, this.#read);
    this.#read += this.#page.length;
    this.#index = 0;
    this.head = this.#page[0];
  }
}
