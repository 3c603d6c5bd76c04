/** The book of lanes: distinct triples of queue, route and kind, known by a number. */

import { type NewJob, routeOf } from "../../../core/job.ts";
import type { Sql } from "../sql.ts";
import { Unreadable } from "../../unreadable.ts";
import { Book } from "./book.ts";

/** A lane as it is stored. */
export interface Lane {
  readonly id: number;
  readonly queue: string;
  readonly route: string;
  readonly kind: string;
}

type Name = Omit<Lane, "id">;

const FIND = `
  SELECT l.id, l.queue, l.route, l.kind
  FROM unnest($1::text[], $2::text[], $3::text[]) AS n (queue, route, kind)
  JOIN gigq.lanes l ON l.queue = n.queue AND l.route = n.route AND l.kind = n.kind`;
const INSERT = `
  INSERT INTO gigq.lanes (queue, route, kind) SELECT * FROM unnest($1::text[], $2::text[], $3::text[])
  ON CONFLICT DO NOTHING`;

/** Lanes are never deleted, so what was read once stays true. */
export class Lanes {
  readonly #byId = new Book<number, Lane>();
  readonly #byName = new Book<string, number>();

  /** Enters the lanes of jobs that are to be stored. Each statement commits by itself. */
  async enter(sql: Sql, jobs: readonly NewJob[]): Promise<void> {
    const names = new Map<string, Name>();
    let last: NewJob | undefined;
    for (const job of jobs) {
      if (last !== undefined && isAlike(last, job)) continue;
      last = job;
      const name = { queue: job.queue, route: routeOf(job), kind: job.kind };
      names.set(keyOf(name), name);
    }
    await this.enterNames(sql, [...names.values()]);
  }

  /** {@linkcode enter} for lanes by their names. */
  async enterNames(sql: Sql, names: readonly Name[]): Promise<void> {
    const unknown = (): Name[] => names.filter((name) => this.#byName.get(keyOf(name)) === undefined);
    if (unknown().length === 0) return;
    await this.#find(sql, unknown());
    const fresh = unknown();
    if (fresh.length === 0) return;
    await Promise.all([sql.run(INSERT, ...columnsOf(fresh)), this.#find(sql, fresh)]);
  }

  /** The number of a lane that was entered. */
  id(queue: string, route: string, kind: string): number {
    const id = this.#byName.get(keyOf({ queue, route, kind }));
    if (id === undefined) throw new Error(`the lane ${queue}, ${route}, ${kind} was not entered`);
    return id;
  }

  /** Reads lanes by number, for {@linkcode get}. */
  async load(sql: Sql, ids: Iterable<number>): Promise<void> {
    const missing = this.#byId.missing(ids);
    if (missing.length === 0) return;
    this.#note(
      await sql.all<Lane>("SELECT id, queue, route, kind FROM gigq.lanes WHERE id = ANY($1)", missing),
    );
  }

  /** The lane of a number that was loaded. */
  get(id: number): Lane {
    const lane = this.#byId.get(id);
    if (lane === undefined) throw new Unreadable(`the queue numbered ${id} is not there`);
    return lane;
  }

  async #find(sql: Sql, names: readonly Name[]): Promise<void> {
    this.#note(await sql.all<Lane>(FIND, ...columnsOf(names)));
  }

  #note(lanes: readonly Lane[]): void {
    for (const lane of lanes) {
      this.#byId.set(lane.id, lane);
      this.#byName.set(keyOf(lane), lane.id);
    }
  }
}

/** Jobs made together mostly share all three. */
function isAlike(a: NewJob, b: NewJob): boolean {
  return a.kind === b.kind && a.queue === b.queue && (a.kind !== "function" || routeOf(a) === routeOf(b));
}

function keyOf({ queue, route, kind }: Name): string {
  return `${queue}\0${route}\0${kind}`;
}

function columnsOf(names: readonly Name[]): [string[], string[], string[]] {
  return [names.map((name) => name.queue), names.map((name) => name.route), names.map((name) => name.kind)];
}
