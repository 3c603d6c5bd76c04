/** What `gigq workflow validate` does. */

import { DataError, type GigqError } from "../../core/errors.ts";
import { WorkflowFileError } from "../../library/workflow/file_error.ts";
import { readWorkflow } from "../../library/workflow/load.ts";
import { escapeLine } from "../../output/escape.ts";
import { jsonLine } from "../../output/json_lines.ts";
import type { Input } from "../command.ts";
import type { Io } from "../io.ts";

/** Checks a file and tells everything that is wrong with it. */
export async function validateWorkflow(input: Input, io: Io): Promise<number> {
  const path = input.args[0]!;
  try {
    const { spec } = await readWorkflow(path, {}, { nowMs: io.now(), defaults: io.jobs?.defaults });
    const steps = `${spec.steps.length} ${spec.steps.length === 1 ? "step" : "steps"}`;
    await io.out(
      io.json ? jsonLine({ valid: true, problems: [] }) : `${escapeLine(path)}: valid, ${steps}\n`,
    );
    return 0;
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    const problems = problemsOf(error, path);
    if (io.json) await io.out(jsonLine({ valid: false, problems }));
    else for (const problem of problems) io.err(`${problemLine(problem)}\n`);
    return error.exitCode;
  }
}

interface FileProblem {
  readonly file: string;
  /** From 1; `null` where a script tells no place. */
  readonly line: number | null;
  readonly column: number | null;
  readonly message: string;
  readonly hint: string | null;
}

function problemsOf(error: GigqError, file: string): FileProblem[] {
  if (error instanceof WorkflowFileError) {
    return error.problems.map(({ line, column, message, hint }) => ({
      file,
      line,
      column,
      message,
      hint: hint ?? null,
    }));
  }
  return [{ file, line: null, column: null, message: error.message, hint: error.hint ?? null }];
}

function problemLine({ file, line, column, message, hint }: FileProblem): string {
  const place = line === null ? file : `${file}:${line}:${column}`;
  return escapeLine(`${place}: ${message}${hint === null ? "" : ` (${hint})`}`);
}
