/** Options that every command has. */

import type { OptionSpec } from "./command.ts";

export const COLORS = ["auto", "always", "never"] as const;

export const GLOBAL_OPTIONS: readonly OptionSpec[] = [
  {
    name: "db",
    type: "string",
    value: "FILE|URL",
    complete: "file",
    help: "The queue: a file, postgres://… or redis://…; default: GIGQ_DB, the settings, gigq.db",
  },
  { name: "json", type: "flag", help: "Print JSON: one object, or one a line for lists" },
  {
    name: "color",
    type: "string",
    value: "WHEN",
    choices: COLORS,
    help: "Colour: auto (on a terminal, unless NO_COLOR), always, never",
  },
  { name: "help", short: "h", type: "flag", help: "Show help" },
  { name: "version", short: "V", type: "flag", help: "Show the version" },
];
