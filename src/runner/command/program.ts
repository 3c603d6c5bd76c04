/** Whether a program can be started, so that a missing one is told apart from one that fails. */

import { delimiter, isAbsolute, resolve } from "node:path";

/** What is wrong with a program; `null` when nothing is. */
export type ProgramProblem = "missing" | "not executable" | null;

/** Programs that were found, by name, search path and folder: most jobs run the same few. */
const found = new Set<string>();

/** Looks for a program as the system will: along `path`, or relative to `cwd` when the name has a slash. */
export function checkProgram(name: string, path: string, cwd: string): ProgramProblem {
  const key = `${name}\0${path}\0${isAbsolute(name) ? "" : cwd}`;
  if (found.has(key)) return null;
  const files = name.includes("/")
    ? [resolve(cwd, name)]
    : path.split(delimiter).map((folder) => resolve(cwd, folder, name));
  let problem: ProgramProblem = "missing";
  for (const file of files) {
    const info = statOf(file);
    if (info === null || info.isDirectory) continue;
    if (((info.mode ?? 0o111) & 0o111) === 0) problem = "not executable";
    else {
      found.add(key);
      return null;
    }
  }
  return problem;
}

/** Forgets what was found: a program has gone since. */
export function forgetPrograms(): void {
  found.clear();
}

/** `null` when there is no such file. */
export function statOf(path: string): Deno.FileInfo | null {
  try {
    return Deno.statSync(path);
  } catch {
    return null;
  }
}
