/** The book of lanes: distinct pairs of queue and route, known by a number. */

import type { ClaimRequest } from "../../core/ports.ts";
import type { Connection } from "./connection.ts";
import { Unreadable } from "../unreadable.ts";

/** A lane as it is stored. */
export interface Lane {
  readonly id: number;
  readonly queue: string;
  readonly route: string;
  readonly kind: string;
}

/** Lanes are never deleted, so what was read once stays true. */
export class Lanes {
  readonly #db: Connection;
  readonly #byId = new Map<number, Lane>();
  readonly #byName = new Map<string, number>();

  constructor(db: Connection) {
    this.#db = db;
  }

  /** The id of a lane, which is made when it is new. Within a write transaction only. */
  id(queue: string, route: string, kind: string): number {
    const name = `${queue}\0${route}\0${kind}`;
    const known = this.#byName.get(name);
    if (known !== undefined) return known;
    this.#db.run("INSERT OR IGNORE INTO lanes (queue, route, kind) VALUES (?, ?, ?)", queue, route, kind);
    const { id } = this.#db.get<{ id: number }>(
      "SELECT id FROM lanes WHERE queue = ? AND route = ? AND kind = ?",
      queue,
      route,
      kind,
    )!;
    this.#byName.set(name, id);
    return id;
  }

  /** The lane of an id that was read from the database. */
  get(id: number): Lane {
    if (!this.#byId.has(id)) {
      for (const lane of this.#db.all<Lane>("SELECT id, queue, route, kind FROM lanes")) {
        this.#byId.set(lane.id, lane);
      }
    }
    const lane = this.#byId.get(id);
    if (lane === undefined) throw new Unreadable(`the queue numbered ${id} is not there`);
    return lane;
  }

  /** The lanes that a claim may take from: its routes, its queues, none that is paused. */
  open(request: ClaimRequest): number[] {
    const rows = this.#db.all<{ id: number }>(
      `
      SELECT id FROM lanes
      WHERE route IN (SELECT value FROM json_each(?1))
        AND (?2 IS NULL OR queue IN (SELECT value FROM json_each(?2)))
        AND queue NOT IN (SELECT name FROM queues WHERE paused = 1)`,
      JSON.stringify(request.routes),
      request.queues === undefined ? null : JSON.stringify(request.queues),
    );
    return rows.map((row) => row.id);
  }

  clear(): void {
    this.#byId.clear();
    this.#byName.clear();
  }
}
