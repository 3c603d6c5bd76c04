/** `gigq complete`, which the completion scripts call. */

import type { CommandSpec } from "../command.ts";

const complete: CommandSpec = {
  name: "complete",
  summary: "Complete a command line, for the scripts of completions",
  literal: { name: "WORDS", help: "The words after gigq, the last one unfinished", optional: true },
  run: async (input, io) => (await import("../actions/complete.ts")).printCandidates(input, io),
};

export default complete;
