/** Whether a program can be started, so that a missing one is told apart from one that fails. */

import { delimiter, isAbsolute, resolve } from "node:path";

/** A program's file, or what is wrong with it. */
export type Program = { readonly file: string } | { readonly problem: "missing" | "not executable" };

/** Programs that were found, by name, search path and folder: most jobs run the same few. */
const found = new Map<string, { readonly file: string }>();

/** Looks for a program as the system will: along `path`, or relative to `cwd` when the name has a slash. */
export function findProgram(name: string, path: string, cwd: string | undefined): Program {
  const key = `${name}\0${path}\0${isAbsolute(name) ? "" : cwd ?? ""}`;
  const known = found.get(key);
  if (known !== undefined) return known;
  const files = name.includes("/")
    ? [resolve(cwd ?? "", name)]
    : path.split(delimiter).map((folder) => resolve(cwd ?? "", folder, name));
  let problem: "missing" | "not executable" = "missing";
  for (const file of files) {
    const info = statOf(file);
    if (info === null || info.isDirectory) continue;
    if (((info.mode ?? 0o111) & 0o111) === 0) problem = "not executable";
    else {
      found.set(key, { file });
      return { file };
    }
  }
  return { problem };
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
