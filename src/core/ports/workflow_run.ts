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
  /** Address of the file it was read from; absent or `null` for none. */
  readonly source?: string | null;
  /** What it is: a workflow, or jobs that were submitted together by `batch`; default `workflow`. */
  readonly type?: WorkflowRun["type"];
  /** So many failed jobs halt it; absent or `null`: it goes on whatever fails. */
  readonly maxFails?: MaxFails | null;
}

/** The failed jobs that halt a run: so many, or so many percent of all its jobs (and at least one). */
export type MaxFails = { readonly count: number } | { readonly percent: number };

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
  /** See {@linkcode NewWorkflow.source}. */
  readonly source: string | null;
  /** See {@linkcode NewWorkflow.type}. */
  readonly type: "workflow" | "batch";
  /** See {@linkcode NewWorkflow.maxFails}. */
  readonly maxFails: MaxFails | null;
  /** When too many of its jobs had failed; `null` while they have not. */
  readonly haltedAt: number | null;
  /** Its jobs by status; statuses with no job are absent. */
  readonly counts: Readonly<Partial<Record<Status, number>>>;
}
