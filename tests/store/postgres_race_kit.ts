/** Several users of one schema, and a hand that holds a row until all of them stand where a test wants them. */

import { assertEquals } from "@std/assert";
import pg from "pg";
import type { JobId, NewJob } from "../../src/core/job.ts";
import type { Claim, Outcome, Store } from "../../src/core/ports.ts";
import { openStore } from "../../src/store/open.ts";
import { completed, newJob, NO_USAGE, T, workerInfo } from "../../src/testing/contract/kit.ts";
import { ownName, postgresUrl } from "../servers.ts";
import { dropSchema, schemaUrl } from "./postgres_kit.ts";

/** Only ends what would never end. */
const DEADLINE_MS = 300_000;

export class Race {
  readonly schema: string;
  /** Each has connections of its own, so that their calls share no transaction. */
  readonly stores: readonly Store[];
  readonly #hand: pg.Client;
  readonly #eye: pg.Client;

  private constructor(schema: string, stores: readonly Store[], hand: pg.Client, eye: pg.Client) {
    this.schema = schema;
    this.stores = stores;
    this.#hand = hand;
    this.#eye = eye;
  }

  /** Runs a test on a schema of its own. */
  static async among(count: number, test: (race: Race) => Promise<void>): Promise<void> {
    const schema = ownName();
    const stores: Store[] = [];
    const clients = [1, 2].map(() => new pg.Client({ connectionString: postgresUrl! }));
    try {
      for (let i = 0; i < count; i++) stores.push((await openStore(schemaUrl(schema))).store);
      for (const client of clients) await client.connect();
      await test(new Race(schema, stores, clients[0]!, clients[1]!));
    } finally {
      // What a test that failed still holds is let go first.
      for (const client of clients) await client.end();
      for (const store of stores) await store.close();
      await dropSchema(schema);
    }
  }

  /** Rows of a statement about the schema `gigq`. */
  async rows(text: string): Promise<readonly Record<string, unknown>[]> {
    return (await this.#eye.query(text.replaceAll("gigq.", `"${this.schema}".`))).rows;
  }

  /** Takes hold of what a statement locks. */
  async hold(text: string): Promise<void> {
    await this.#hand.query("BEGIN");
    await this.#hand.query(text.replaceAll("gigq.", `"${this.schema}".`));
  }

  async letGo(): Promise<void> {
    await this.#hand.query("COMMIT");
  }

  /** Resolves once so many sessions wait for a lock, or any of the calls is done: then it did not wait. */
  async untilWaiting(count: number, ...calls: readonly Promise<unknown>[]): Promise<void> {
    let done = false;
    for (const call of calls) call.finally(() => done = true).catch(() => {});
    const deadline = Date.now() + DEADLINE_MS;
    while (!done) {
      const [row] = await this.rows(`
        SELECT count(*)::int AS waiting FROM pg_stat_activity
        WHERE wait_event_type = 'Lock' AND query LIKE '%${this.schema}%'`);
      if (row!.waiting as number >= count) return;
      if (Date.now() > deadline) throw new Error(`${row!.waiting} of ${count} sessions wait for a lock`);
    }
  }

  async add(...jobs: readonly Partial<NewJob>[]): Promise<JobId[]> {
    const { jobs: stored } = await this.stores[0]!.enqueue({ jobs: jobs.map(newJob) }, T);
    return stored.map((job) => job.id);
  }

  /** Starts all ready jobs; each is in its first attempt, unless a test says otherwise. */
  async start(limit = 1_000): Promise<Claim> {
    return await claimBy(this.stores[0]!, "w", limit);
  }

  async status(id: JobId): Promise<string> {
    const [job] = await this.stores[0]!.list({ ids: [id] });
    return job!.status;
  }

  /** What must hold whenever nobody is in the middle of something. */
  async checkInvariants(): Promise<void> {
    for (const [title, sql] of Object.entries(INVARIANTS)) assertEquals(await this.rows(sql), [], title);
  }
}

/** A test of so many users. */
export function race(title: string, count: number, test: (race: Race) => Promise<void>): void {
  Deno.test({
    name: `postgres: ${title}`,
    ignore: postgresUrl === null,
    fn: () => Race.among(count, test),
  });
}

/** Locks the row of a job, as whoever changes it does. */
export function rowOf(id: JobId): string {
  return `SELECT 1 FROM gigq.job_state WHERE id = ${id} FOR UPDATE`;
}

export function keyOf(key: string): string {
  return `SELECT 1 FROM gigq.unique_keys WHERE key = '${key}' FOR UPDATE`;
}

export async function claimBy(
  store: Store,
  worker: string,
  limit: number,
  routes = ["command"],
): Promise<Claim> {
  return await store.claim({ worker: workerInfo(worker), limit, leaseMs: 60_000, routes }, T);
}

export async function end(
  store: Store,
  ids: readonly JobId[],
  outcome: Outcome = completed(),
  attempt = 1,
): Promise<void> {
  const finished = await store.finish(ids.map((id) => ({ id, attempt, outcome, usage: NO_USAGE })), T);
  assertEquals(finished.map((item) => item.accepted), ids.map(() => true));
}

/** Each finds nothing. */
const INVARIANTS: Readonly<Record<string, string>> = {
  "a job waits for as many as it says": `
    SELECT s.id, s.waiting_on FROM gigq.job_state s WHERE s.status = 0 AND s.waiting_on <>
      (SELECT count(*) FROM gigq.edges e JOIN gigq.job_state p ON p.id = e.parent WHERE e.child = s.id AND p.status < 4)
      + (SELECT count(*) FROM gigq.holds h WHERE h.job = s.id)`,
  "nobody waits for a canary that is final, or without being blocked": `
    SELECT h.* FROM gigq.holds h JOIN gigq.job_state s ON s.id = h.job JOIN gigq.job_state c ON c.id = h.canary
    WHERE s.status <> 0 OR c.status >= 4`,
  "each job has its two rows": `
    SELECT j.id, s.id FROM gigq.jobs j FULL JOIN gigq.job_state s ON s.id = j.id WHERE j.id IS NULL OR s.id IS NULL`,
  "each attempt but the running one has its record": `
    SELECT s.id, s.attempt FROM gigq.job_state s WHERE s.attempt - (s.status = 3)::int <>
      (SELECT count(*) FROM gigq.attempts a WHERE a.job = s.id)`,
  "of jobs that keep others out, one has the key": `
    SELECT j.unique_key FROM gigq.jobs j JOIN gigq.job_state s ON s.id = j.id
    WHERE j.unique_scope = -1 AND s.status < 4 GROUP BY j.unique_key HAVING count(*) > 1`,
  "the key names that job": `
    SELECT j.unique_key, j.id FROM gigq.jobs j JOIN gigq.job_state s ON s.id = j.id
    LEFT JOIN gigq.unique_keys u ON u.key = j.unique_key
    WHERE j.unique_scope = -1 AND s.status < 4 AND u.job IS DISTINCT FROM j.id`,
  "nothing is left of jobs that were removed": `
    SELECT job FROM gigq.attempts WHERE job NOT IN (SELECT id FROM gigq.jobs)
    UNION ALL SELECT id FROM gigq.results WHERE id NOT IN (SELECT id FROM gigq.jobs)
    UNION ALL SELECT id FROM gigq.errors WHERE id NOT IN (SELECT id FROM gigq.jobs)
    UNION ALL SELECT child FROM gigq.edges WHERE child NOT IN (SELECT id FROM gigq.jobs)
    UNION ALL SELECT parent FROM gigq.edges WHERE parent NOT IN (SELECT id FROM gigq.jobs)
    UNION ALL SELECT job FROM gigq.unique_keys WHERE job NOT IN (SELECT id FROM gigq.jobs)`,
  "schedules count their open slots": `
    SELECT s.id FROM gigq.schedules s LEFT JOIN gigq.firings f ON f.schedule = s.id AND f.status <= 1
    GROUP BY s.id HAVING s.started <> count(*) FILTER (WHERE f.status = 1) OR s.queued <> count(*) FILTER (WHERE f.status = 0)`,
  "histories are those of schedules": `
    SELECT DISTINCT schedule FROM gigq.firings WHERE schedule NOT IN (SELECT id FROM gigq.schedules)`,
  "no job is that of two slots": `
    SELECT job FROM gigq.firings WHERE job IS NOT NULL GROUP BY job HAVING count(*) > 1`,
  "dead letters have failed": `
    SELECT d.id FROM gigq.dead_letters d JOIN gigq.job_state s ON s.id = d.id WHERE s.status <> 5`,
};
