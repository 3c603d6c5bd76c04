/** Names for steps that were given none. */

import { BOUNDS } from "../../core/bounds.ts";
import type { JobInput } from "../job_input.ts";

/** What a job runs, in one word: the task, the export (or file), the program, the host. */
export function defaultStepName({ kind, payload, options }: JobInput): string {
  if (options.name !== undefined) return options.name;
  const name = kind === "function"
    ? String(payload.task)
    : kind === "module"
    ? payload.export === "default" ? stem(String(payload.url)) : String(payload.export)
    : kind === "command"
    ? payload.shell === true ? "shell" : lastPart((payload.argv as readonly string[])[0]!)
    : kind === "http"
    ? new URL(String(payload.url)).hostname
    : kind;
  // Room for the number that a repetition adds.
  return name.slice(0, BOUNDS.nameChars - 8) || kind;
}

/** Numbers names that repeat, remembering how far each has come. */
export class FreeNames {
  readonly #last = new Map<string, number>();

  /** `name`, or the next of `name-2`, `name-3` … that is not taken. */
  free(name: string, taken: { has(name: string): boolean }): string {
    if (!taken.has(name)) return name;
    let number = (this.#last.get(name) ?? 1) + 1;
    while (taken.has(`${name}-${number}`)) number++;
    this.#last.set(name, number);
    return `${name}-${number}`;
  }
}

function stem(url: string): string {
  return lastPart(url.replace(/[?#].*$/s, "")).replace(/\.[^.]+$/, "");
}

function lastPart(path: string): string {
  return path.split(/[\\/]/).filter((part) => part !== "").at(-1) ?? "";
}
