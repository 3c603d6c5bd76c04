/** The workflow run around a batch of jobs. */

import { NotFoundError } from "../../../core/errors.ts";
import type { NewWorkflow } from "../../../core/ports.ts";
import type { Connection } from "../connection.ts";

/**
 * The id of the run that a batch joins, or of a new one.
 *
 * @throws {NotFoundError} When there is no such run
 */
export function runFor(db: Connection, workflow: NewWorkflow | number, now: number): number {
  if (typeof workflow !== "number") return insert(db, workflow, now);
  if (!db.exists("SELECT 1 AS found FROM workflows WHERE id = ?", workflow)) {
    throw new NotFoundError(`There is no workflow run ${workflow} to join`, {
      hint: "gigq workflow list shows the runs there are",
    });
  }
  return workflow;
}

function insert(db: Connection, workflow: NewWorkflow, now: number): number {
  const { name, key, params, source = null, type = "workflow", maxFails = null } = workflow;
  const { value } = db.get<{ value: number }>(
    "UPDATE counters SET value = value + 1 WHERE name = 'workflow' RETURNING value",
  )!;
  db.run(
    `
    INSERT INTO workflows (id, name, key, params, created_at, source, type, max_fails, max_fails_percent)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    value,
    name,
    key,
    JSON.stringify(params),
    now,
    source,
    type,
    maxFails !== null && "count" in maxFails ? maxFails.count : null,
    maxFails !== null && "percent" in maxFails ? maxFails.percent : null,
  );
  return value;
}
