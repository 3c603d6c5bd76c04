/** What backends can do, as a table. */

import type { Capabilities } from "../core/ports.ts";
import { BACKENDS } from "../store/backends.ts";

type Backend = keyof typeof BACKENDS;

const NAMES: Readonly<Record<Backend, string>> = {
  memory: "memory",
  sqlite: "SQLite",
  postgres: "PostgreSQL",
  redis: "Redis",
};

/** What each flag means to somebody who chooses; short, so that the table fits a terminal of 80 columns. */
const MEANINGS: Readonly<Record<keyof Capabilities, string>> = {
  durable: "Jobs survive the end of the process",
  shared: "Several processes use it at once",
  remote: "Several machines use it at once",
  synced: "By default, a power cut loses no stored job",
  pushed: "Hears at once of changes by other processes",
  retention: "Deletes the oldest final jobs, if told to",
  backup: "gigq backup writes a copy",
  transfer: "gigq move moves its jobs to another backend",
};

const FLAGS = Object.keys(MEANINGS) as readonly (keyof Capabilities)[];
const ALL = Object.keys(NAMES) as readonly Backend[];

/** Titles, and a row for each capability. */
export function capabilityRows(): { readonly titles: readonly string[]; readonly rows: readonly string[][] } {
  const word = (backend: Backend, flag: keyof Capabilities): string => BACKENDS[backend][flag] ? "yes" : "no";
  return {
    titles: ["", ...ALL.map((backend) => NAMES[backend])],
    rows: FLAGS.map((flag) => [MEANINGS[flag], ...ALL.map((backend) => word(backend, flag))]),
  };
}

/** One object a backend. */
export function capabilityShapes(): readonly (Capabilities & { readonly backend: Backend })[] {
  return ALL.map((backend) => ({ backend, ...BACKENDS[backend] }));
}

/** As it stands in `docs/backends.md`. */
export function capabilityMarkdown(): string {
  const { titles, rows } = capabilityRows();
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(titles), line(titles.map(() => "---")), ...rows.map(line)].join("\n");
}
