/** Which features a store uses at all: most use few, and then one look spares a statement for each. */

import type { Connection } from "../connection.ts";

/** Runs that failures can halt; the words of the index `workflows_limited`. */
export const LIMITED = "max_fails IS NOT NULL OR max_fails_percent IS NOT NULL";

const EDGES = 1;
const HOLDS = 2;
const LIMITS = 4;
const CHECKPOINTS = 8;

/** Whether there is any of each. */
export interface InUse {
  readonly edges: boolean;
  readonly holds: boolean;
  /** Runs with a limit of failures. */
  readonly limits: boolean;
  readonly checkpoints: boolean;
}

const SQL = `
  SELECT
    ${EDGES} * EXISTS (SELECT 1 FROM edges) +
    ${HOLDS} * EXISTS (SELECT 1 FROM holds) +
    ${LIMITS} * EXISTS (SELECT 1 FROM workflows WHERE ${LIMITED}) +
    ${CHECKPOINTS} * EXISTS (SELECT 1 FROM checkpoints) AS bits`;

export function inUse(db: Connection): InUse {
  const { bits } = db.get<{ bits: number }>(SQL)!;
  return {
    edges: (bits & EDGES) !== 0,
    holds: (bits & HOLDS) !== 0,
    limits: (bits & LIMITS) !== 0,
    checkpoints: (bits & CHECKPOINTS) !== 0,
  };
}
