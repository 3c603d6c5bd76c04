/** What is wrong with a workflow file, line by line. */

import { DataError } from "../../core/errors.ts";
import type { PlacedProblem } from "./document.ts";

/** Problems told at once; a file of another format altogether would give hundreds. */
const SHOWN = 20;

/** A workflow file that cannot be used. The message has one line a problem: `file:line:column: what`. */
export class WorkflowFileError extends DataError {
  /** Always `workflow_file`. */
  override readonly code = "workflow_file";
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
    const only = sorted.length === 1 ? sorted[0]!.hint : undefined;
    super(describeProblems(file, sorted), { hint: only, cause });
    this.problems = sorted;
  }
}

/** In the order of the file. */
export function sortProblems(problems: readonly PlacedProblem[]): readonly PlacedProblem[] {
  return [...problems].sort((a, b) => a.line - b.line || a.column - b.column);
}

/** One line a problem. */
export function describeProblems(file: string, problems: readonly PlacedProblem[]): string {
  const lines = problems.slice(0, SHOWN).map(({ line, column, message, hint }) => {
    const more = hint === undefined || problems.length === 1 ? "" : ` (${hint})`;
    return `${file}:${line}:${column}: ${message}${more}`;
  });
  if (problems.length > SHOWN) lines.push(`${file}: and ${problems.length - SHOWN} more`);
  return lines.join("\n");
}
