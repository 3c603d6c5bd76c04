/** A workflow run, before and after it is stored. */

import type { Status } from "../job.ts";
import type { JsonObject } from "../json.ts";

/** A workflow run to be stored together with its jobs. */
export interface NewWorkflow {
  /** For lists and selectors; need not be unique. */
  readonly name: string;
  /** Same file and same params give the same key; `null` for no such identity. */
  readonly key: string | null;
  /** Its parameters, by name. */
  readonly params: JsonObject;
}

/** A stored workflow run. */
export interface WorkflowRun {
  /** Identifies the run: an integer that only rises. */
  readonly id: number;
  /** Name of the workflow. */
  readonly name: string;
  /** See {@linkcode NewWorkflow.key}. */
  readonly key: string | null;
  /** The parameters it was submitted with, by name. */
  readonly params: JsonObject;
  /** When it was stored, in milliseconds since the epoch. */
  readonly createdAt: number;
  /** Its jobs by status; statuses with no job are absent. */
  readonly counts: Readonly<Partial<Record<Status, number>>>;
}
