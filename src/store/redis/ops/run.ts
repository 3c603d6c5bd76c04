/** The workflow run around a batch of jobs. */

import type { NewWorkflow } from "../../../core/ports.ts";
import { RUN } from "../keys.ts";
import { wellFormed } from "./text.ts";

/** A run to be stored. */
export interface NewRun {
  readonly name: string;
  readonly key?: string;
  /** Names and values of its fields in turn; see {@linkcode RUN}. */
  readonly fields: readonly string[];
}

/** The id of the run that a batch joins, or a new one. */
export function toRun(workflow: NewWorkflow | number): string | NewRun {
  if (typeof workflow === "number") return String(workflow);
  const { params, source = null, type = "workflow", maxFails = null } = workflow;
  const name = wellFormed(workflow.name);
  const key = workflow.key === null ? null : wellFormed(workflow.key);
  const fields: Record<string, string> = {
    [RUN.name]: name,
    [RUN.params]: JSON.stringify(params),
    [RUN.type]: type,
  };
  if (key !== null) fields[RUN.key] = key;
  if (source !== null) fields[RUN.source] = wellFormed(source);
  if (maxFails !== null && "count" in maxFails) fields[RUN.maxFails] = String(maxFails.count);
  if (maxFails !== null && "percent" in maxFails) fields[RUN.maxFailsPercent] = String(maxFails.percent);
  return { name, ...(key === null ? {} : { key }), fields: Object.entries(fields).flat() };
}
