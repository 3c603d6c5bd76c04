/** Causes: what failures have in common. */

import type { Tx } from "../tx.ts";
import type { Ending } from "./ending.ts";

/**
 * Many workers may count one cause at once. Its row is locked until the transaction ends, so it comes late in one; and
 * rows are taken in the order of their fingerprints, so that nobody waits in a circle. Ids are given in the order of the
 * failures, and only to causes that are new: a sequence does not take back what a conflict did not need.
 */
const COUNT_SQL = `
  WITH told AS MATERIALIZED (
    SELECT n.*, coalesce(
      (SELECT c.id FROM gigq.causes c WHERE c.fingerprint = n.fingerprint), nextval('gigq.cause_id')
    ) AS id
    FROM unnest($2::text[], $3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::int[])
      AS n (fingerprint, class, message, count, job, attempt)
  )
  INSERT INTO gigq.causes AS c (id, fingerprint, class, message, count, first_at, last_at, job, attempt)
  SELECT id, fingerprint, class, message, count, $1, $1, job, attempt FROM told ORDER BY fingerprint
  ON CONFLICT (fingerprint) DO UPDATE SET
    class = excluded.class, message = excluded.message, count = c.count + excluded.count,
    last_at = excluded.last_at, job = excluded.job, attempt = excluded.attempt
  RETURNING id, fingerprint`;

/** Counts errors for their causes; returns the ids of those by fingerprint. */
export async function noteCauses(
  tx: Tx,
  endings: readonly Ending[],
  now: number,
): Promise<ReadonlyMap<string | undefined, number>> {
  const groups = Map.groupBy(endings, ({ error }) => error?.fingerprint);
  groups.delete(undefined);
  if (groups.size === 0) return new Map();
  const latest = [...groups.values()].map((group) => ({ ...group.at(-1)!, count: group.length }));
  const rows = await tx.all<{ id: number; fingerprint: string }>(
    COUNT_SQL,
    now,
    [...groups.keys()].map((fingerprint) => fingerprint!),
    latest.map(({ error }) => storable(error!.class)),
    latest.map(({ error }) => storable(error!.message)),
    latest.map((ending) => ending.count),
    latest.map((ending) => ending.id),
    latest.map((ending) => ending.attempt),
  );
  return new Map(rows.map(({ id, fingerprint }) => [fingerprint, id]));
}

/** Text as PostgreSQL can hold it. An error says what it likes, and that must not keep its job from ending. */
function storable(text: string): string {
  return text.replaceAll("\0", "\ufffd");
}
