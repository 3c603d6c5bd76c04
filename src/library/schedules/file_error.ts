/** What is wrong with a file of schedules, line by line. */

import { DataError } from "../../core/errors.ts";
import type { PlacedProblem } from "../workflow/document.ts";
import { describeProblems, sortProblems } from "../workflow/file_error.ts";

/** A file of schedules that cannot be used. The message has one line a problem: `file:line:column: what`. */
export class SchedulesFileError extends DataError {
  /** Always `schedules_file`. */
  override readonly code = "schedules_file";
  /** All that is wrong, in the order of the file. */
  readonly problems: readonly PlacedProblem[];

  /**
   * Places problems in a file.
   *
   * @param file As the message shall name it
   * @param problems At least one
   */
  constructor(readonly file: string, problems: readonly PlacedProblem[], cause?: unknown) {
    const sorted = sortProblems(problems);
    super(describeProblems(file, sorted), { hint: sorted.length === 1 ? sorted[0]!.hint : undefined, cause });
    this.problems = sorted;
  }
}
