/** Writes new jobs, as sets: a statement for hundreds of them takes little longer than one for a single job. */

import { type JobId, type NewJob, routeOf } from "../../../core/job.ts";
import { ms, S } from "../../codes.ts";
import { isOpenSql } from "../guard.ts";
import type { Value } from "../sql.ts";
import type { Tx } from "../tx.ts";
import { dueAt, idOf, type NewRow } from "./plan.ts";
import { sparse } from "./sparse.ts";
import { scopeCode } from "./unique.ts";

/** Jobs a statement, and characters of their payloads: what one statement brings is in memory several times over. */
const MAX_ROWS = 5_000;
const MAX_CHARS = 16_000_000;

const INSERT_ALIKE = `
  WITH fresh AS MATERIALIZED (
    SELECT nextval('gigq.job_id') AS id, payload FROM unnest($1::text[]) AS n (payload)
    WHERE ${isOpenSql("$13")}
  ), spec AS (
    INSERT INTO gigq.jobs (id, policy, payload, name, created_at, run_at, expires_at, workflow, step)
    SELECT id, $2, payload, $3, $4, $5, $6, $7, $8 FROM fresh
  )
  INSERT INTO gigq.job_state (id, lane, priority, status, due_at, start_by, workflow)
  SELECT id, $9, $10, $11, $12, $6, $7 FROM fresh
  RETURNING id`;

/** Writes jobs that are alike but for their payloads; returns their ids. */
export async function insertAlike(
  tx: Tx,
  jobs: readonly NewJob[],
  workflow: number | null,
  now: number,
): Promise<JobId[]> {
  const [job] = jobs;
  if (job === undefined) return [];
  const due = dueAt(job, now);
  const rest = [
    tx.policies.id(job.policy),
    job.name,
    now,
    due > now ? due : null,
    job.expiresAt === null ? null : ms(job.expiresAt),
    workflow,
    job.step,
    tx.lanes.id(job.queue, routeOf(job), job.kind),
    job.priority,
    due > now ? S.scheduled : S.ready,
    due,
    tx.mustBeOpen,
  ] as const;
  const chunks = chunksOf(jobs, ({ payload }) => JSON.stringify(payload));
  const found = chunks.map(({ texts }) => tx.all<{ id: JobId }>(INSERT_ALIKE, texts, ...rest));
  return (await Promise.all(found)).flat().map((row) => row.id);
}

interface Chunk<T> {
  readonly items: readonly T[];
  readonly texts: readonly string[];
}

/** Cuts a batch into pieces that fit a statement, with the JSON of each of their payloads. */
function chunksOf<T>(items: readonly T[], textOf: (item: T) => string): Chunk<T>[] {
  const chunks: { items: T[]; texts: string[] }[] = [];
  let chars = Infinity;
  for (const item of items) {
    const text = textOf(item);
    if (chars + text.length > MAX_CHARS || chunks.at(-1)!.items.length === MAX_ROWS) {
      chunks.push({ items: [], texts: [] });
      chars = 0;
    }
    chunks.at(-1)!.items.push(item);
    chunks.at(-1)!.texts.push(text);
    chars += text.length;
  }
  return chunks;
}

const INSERT_MIXED = `
  WITH fresh AS MATERIALIZED (
    SELECT * FROM unnest(
      $3::bigint[], $4::int[], $5::text[], $6::text[], $7::text[], $8::bigint[], $9::int[], $10::text[],
      $11::text[], $12::bigint[], $13::int[], $14::int[], $15::smallint[], $16::int[], $17::bigint[]
    ) AS n (
      id, policy, payload, name, tags, expires_at, parents, step,
      unique_key, unique_scope, lane, priority, status, waiting_on, due_at
    )
  ), spec AS (
    INSERT INTO gigq.jobs (
      id, policy, payload, name, tags, created_at, run_at, expires_at, parents, workflow, step,
      unique_key, unique_scope
    )
    SELECT id, policy, payload, name, tags::text[], $1, CASE WHEN due_at > $1 THEN due_at END, expires_at, parents,
      $2, step, unique_key, unique_scope
    FROM fresh
  )
  INSERT INTO gigq.job_state (
    id, lane, priority, status, waiting_on, due_at, start_by, finished_at, workflow
  )
  SELECT id, lane, priority, status, waiting_on, due_at, expires_at,
    CASE WHEN status = ${S.skipped} THEN $1::bigint END, $2
  FROM fresh`;

const INSERT_EDGES = `
  INSERT INTO gigq.edges (child, position, parent, rule)
  SELECT * FROM unnest($1::bigint[], $2::int[], $3::bigint[], $4::smallint[])`;

/** Writes jobs of any kind, which have their ids. */
export async function insertMixed(
  tx: Tx,
  rows: readonly NewRow[],
  ids: readonly JobId[],
  workflow: number | null,
  now: number,
): Promise<void> {
  const numbered = rows.map((row, at) => ({ ...row, id: ids[at]! }));
  const chunks = chunksOf(numbered, ({ job }) => JSON.stringify(job.payload));
  await Promise.all(
    chunks.map(({ items, texts }) => tx.run(INSERT_MIXED, now, workflow, ...columnsOf(tx, items, texts))),
  );
  const edges = numbered.flatMap(({ id, edges }) =>
    edges.map(({ parent, rule }, position) => ({ id, position, parent: idOf(parent, ids), rule }))
  );
  if (edges.length === 0) return;
  await tx.run(
    INSERT_EDGES,
    edges.map((edge) => edge.id),
    edges.map((edge) => edge.position),
    edges.map((edge) => edge.parent),
    edges.map((edge) => edge.rule),
  );
}

function columnsOf(
  { lanes, policies }: Tx,
  rows: readonly (NewRow & { readonly id: JobId })[],
  payloads: readonly string[],
): Value[] {
  const column = <T extends string | number | null>(of: (job: NewJob) => T): T[] =>
    rows.map((row) => of(row.job));
  return [
    rows.map((row) => row.id),
    column((job) => policies.id(job.policy)),
    payloads,
    sparse(column((job) => job.name)),
    sparse(column((job) => job.tags.length === 0 ? null : arrayText(job.tags))),
    sparse(column((job) => job.expiresAt === null ? null : ms(job.expiresAt))),
    rows.map((row) => row.edges.length),
    sparse(column((job) => job.step)),
    sparse(column((job) => job.unique?.key ?? null)),
    sparse(column((job) => job.unique === null ? null : scopeCode(job.unique.scope))),
    column((job) => lanes.id(job.queue, routeOf(job), job.kind)),
    column((job) => job.priority),
    rows.map((row) => row.status),
    rows.map((row) => row.waitingOn),
    rows.map((row) => row.dueAt),
  ];
}

/** How PostgreSQL writes an array: arrays of different lengths do not fit into a column any other way. */
function arrayText(items: readonly string[]): string {
  return `{${items.map((item) => `"${item.replaceAll(/["\\]/g, "\\$&")}"`)}}`;
}
