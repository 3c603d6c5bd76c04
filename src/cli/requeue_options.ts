/** How jobs run once more, for `requeue` and `dead redrive`. */

import type { OptionSpec } from "./command.ts";

export const REQUEUE_OPTIONS: readonly OptionSpec[] = [
  {
    name: "canary",
    type: "integer",
    value: "N",
    min: 1,
    help: "Run the N oldest first; the others wait, and go when all of these have completed",
  },
  { name: "fresh", type: "flag", help: "From the beginning: forget what earlier attempts saved" },
];
