/** What is wrong with a workflow, and where in it. */

import { DataError } from "../errors.ts";

/** One thing that is wrong. */
export interface Problem {
  /** Where, as a path into the workflow: `["steps", "parse", "after", 0]`. */
  readonly at: readonly (string | number)[];
  /** What is wrong, with which value. */
  readonly message: string;
  /** What to do about it. */
  readonly hint?: string;
}

/** A workflow that cannot be submitted. Nothing of it was stored. */
export class WorkflowError extends DataError {
  /** Always `workflow`. */
  override readonly code = "workflow";
  /** All that is wrong; the message tells the first. */
  readonly problems: readonly Problem[];

  /**
   * Wraps problems.
   *
   * @param problems At least one
   */
  constructor(problems: readonly Problem[]) {
    const [first, ...others] = problems;
    const more = others.length === 0 ? "" : ` (and ${others.length} more)`;
    super(`${first!.message}${more}`, { hint: first!.hint });
    this.problems = problems;
  }
}
