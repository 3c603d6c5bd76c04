/** Reading values of a workflow file while collecting what is wrong with them. */

import { GigqError } from "../../core/errors.ts";
import { didYouMean } from "../../core/suggest.ts";
import type { Problem } from "../../core/workflow.ts";
import type { PlacedProblem, TextDocument } from "./document.ts";
import { unlike } from "./file_keys.ts";

type Path = Problem["at"];

/** An object as a file has it. */
export type Table = Readonly<Record<string, unknown>>;

/** Collects problems with their places. */
export class FileReader {
  readonly problems: PlacedProblem[] = [];

  constructor(readonly document: TextDocument) {}

  /** Notes a problem at a value, or with `key` at its key. */
  note(problem: Problem, key = false): void {
    this.problems.push({ ...problem, ...this.document.position(problem.at, key) });
  }

  /** Runs `read`; an error about the user's input becomes a problem at this place. */
  try<T>(at: Path, what: string, read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof GigqError)) throw error;
      const message = what === "" ? error.message : `${what}: ${error.message}`;
      this.note(error.hint === undefined ? { at, message } : { at, message, hint: error.hint });
      return undefined;
    }
  }

  /** The same for what takes time. */
  async tryLater<T>(at: Path, what: string, read: () => Promise<T>): Promise<T | undefined> {
    try {
      return await read();
    } catch (error) {
      return this.try(at, what, () => {
        throw error;
      });
    }
  }

  /** An object whose keys are all known; unknown ones are noted and left out. */
  table(at: Path, what: string, value: unknown, keys?: readonly string[]): Table | undefined {
    const table = this.try(at, what, () => {
      if (value === null || typeof value !== "object" || Array.isArray(value)) {
        throw unlike(value, "a mapping");
      }
      return value as Table;
    });
    if (table === undefined || keys === undefined) return table;
    const unknown = Object.keys(table).filter((key) => !keys.includes(key));
    for (const key of unknown) {
      const hint = didYouMean(key, keys) ??
        `Known are ${keys.filter((known) => known !== "$schema").join(", ")}`;
      this.note({ at: [...at, key], message: `${what}: key "${key}" is unknown`, hint }, true);
    }
    return Object.fromEntries(Object.entries(table).filter(([key]) => keys.includes(key)));
  }

  /** Text; numbers and truth values as they were written. */
  text(at: Path, value: unknown): string {
    if (typeof value === "string") return value;
    if (typeof value !== "number" && typeof value !== "boolean") throw unlike(value, "text");
    return this.document.source(at) ?? String(value);
  }
}
