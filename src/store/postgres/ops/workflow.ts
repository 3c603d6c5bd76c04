/** The workflow run around a batch of jobs. */

import { NotFoundError } from "../../../core/errors.ts";
import type { NewWorkflow } from "../../../core/ports.ts";
import { isOpenSql } from "../guard.ts";
import type { Tx } from "../tx.ts";

/** @throws {NotFoundError} When there is no such run to join */
export async function findRun(tx: Tx, id: number): Promise<void> {
  if (await tx.get("SELECT 1 FROM gigq.workflows WHERE id = $1", id) !== undefined) return;
  throw new NotFoundError(`There is no workflow run ${id} to join`, {
    hint: "gigq workflow list shows the runs there are",
  });
}

/** Stores a new run; returns its id. */
export async function insertRun(tx: Tx, workflow: NewWorkflow, now: number): Promise<number> {
  const { name, key, params, source = null, type = "workflow", maxFails = null } = workflow;
  const row = await tx.get<{ id: number }>(
    `
    INSERT INTO gigq.workflows (id, name, key, params, created_at, source, type, max_fails, max_fails_percent)
    SELECT nextval('gigq.workflow_id'), $1, $2, $3, $4, $5, $6, $7, $8 WHERE ${isOpenSql("$9")} RETURNING id`,
    name,
    key,
    JSON.stringify(params),
    now,
    source,
    type,
    maxFails !== null && "count" in maxFails ? maxFails.count : null,
    maxFails !== null && "percent" in maxFails ? maxFails.percent : null,
    tx.mustBeOpen,
  );
  return row!.id;
}
