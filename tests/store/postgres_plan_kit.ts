/** What tests of plans share: a schema of their own, statistics as they come and go, and the plans that they make. */

import { assert } from "@std/assert";
import pg from "pg";
import type { Store } from "../../src/core/ports.ts";
import { openStore } from "../../src/store/open.ts";
import { newJob, T } from "../../src/testing/contract/kit.ts";
import { ownName, postgresUrl } from "../servers.ts";
import { dropSchema, schemaUrl } from "./postgres_kit.ts";

/** Statements, their parameters, and most blocks that each may touch. */
export type Statements = Readonly<Record<string, readonly [sql: string, params: string, blocks: number]>>;

export class Schema {
  readonly #client: pg.Client;

  constructor(readonly name: string, client: pg.Client) {
    this.#client = client;
  }

  static async with(test: (schema: Schema) => Promise<void>): Promise<void> {
    const name = ownName();
    const client = new pg.Client({ connectionString: postgresUrl! });
    let store: Store | undefined;
    try {
      ({ store } = await openStore(schemaUrl(name)));
      const jobs = ["command", "http"].map((kind) => newJob({ kind }));
      await store.enqueue({ jobs, workflow: { name: "w", key: null, params: {} } }, T);
      await client.connect();
      const schema = new Schema(name, client);
      // The lanes and the policy are there; the jobs are the tests' own.
      await schema.run("DELETE FROM gigq.jobs; DELETE FROM gigq.job_state");
      await test(schema);
    } finally {
      await client.end();
      await store?.close();
      await dropSchema(name);
    }
  }

  async run(text: string): Promise<pg.QueryResult> {
    return await this.#client.query(text.replaceAll("gigq.", `"${this.name}".`));
  }

  /** Statistics as autovacuum takes them. */
  async analyze(): Promise<void> {
    for (const table of [...LARGE, "lanes"]) {
      await this.run(`ANALYZE gigq.${table}`);
    }
  }

  /** The plan that a prepared statement is given, and what it touched; nothing is changed. */
  async explain(sql: string, params: string, mode: "generic" | "custom"): Promise<Node> {
    await this.run(`BEGIN; SET LOCAL plan_cache_mode = force_${mode}_plan; PREPARE asked AS ${sql}`);
    try {
      const { rows } = await this.run(
        `EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) EXECUTE asked(${params})`,
      );
      return (rows[0] as { "QUERY PLAN": { Plan: Node }[] })["QUERY PLAN"][0]!.Plan;
    } finally {
      await this.run("ROLLBACK; DEALLOCATE asked");
    }
  }

  /**
   * No statement may walk a large table or read a cold index, or touch more blocks than it says.
   *
   * @param cold Indexes of what these statements are not about
   */
  async checkPlans(statements: Statements, cold: readonly string[], when: string): Promise<void> {
    for (const [title, [sql, params, blocks]] of Object.entries(statements)) {
      for (const mode of ["generic", "custom"] as const) {
        const plan = await this.explain(sql, params, mode);
        const where = `${title}, ${when}, ${mode} plan`;
        for (const node of nodesOf(plan)) check(node, cold, where);
        const touched = (plan["Shared Hit Blocks"] ?? 0) + (plan["Shared Read Blocks"] ?? 0);
        assert(touched <= blocks, `${where}: touches ${touched} blocks`);
      }
    }
  }
}

interface Node {
  readonly "Node Type": string;
  readonly "Relation Name"?: string;
  readonly "Index Name"?: string;
  readonly "Shared Hit Blocks"?: number;
  readonly "Shared Read Blocks"?: number;
  readonly Plans?: readonly Node[];
}

function nodesOf(node: Node): Node[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)];
}

const LARGE = ["jobs", "job_state", "attempts", "edges", "results", "schedules", "firings"];

function check(node: Node, cold: readonly string[], where: string): void {
  const relation = node["Relation Name"] ?? "";
  const walks = node["Node Type"] === "Seq Scan" && LARGE.includes(relation);
  assert(!walks, `${where}: walks ${relation}`);
  assert(!cold.includes(node["Index Name"] ?? ""), `${where}: reads ${node["Index Name"]}`);
}
