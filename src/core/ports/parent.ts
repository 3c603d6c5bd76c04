/** A job that another one came after. */

import type { JobError, JobId, Rule, Status } from "../job.ts";
import type { Json } from "../json.ts";

/** How a parent ended, as its child sees it. */
export interface Parent {
  /** Id of the parent. */
  readonly id: JobId;
  /** Its name within the workflow; `null` outside of one. */
  readonly step: string | null;
  /** Its label; `null` for none. */
  readonly name: string | null;
  /** The rule by which the child waited for it. */
  readonly on: Rule;
  /** Its status. */
  readonly status: Status;
  /** Its result; `null` when it has none. */
  readonly result: Json;
  /** Its last error; `null` when it has none. */
  readonly error: JobError | null;
}
