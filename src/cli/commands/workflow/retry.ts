/** `gigq workflow retry` */

import type { CommandSpec } from "../../command.ts";
import { RUN_ARGUMENT } from "./run_argument.ts";

const retry: CommandSpec = {
  name: "retry",
  summary: "Run steps of a workflow run again, and keep the others",
  description:
    "Steps that failed, were cancelled or skipped run again, and so do those that ran on the word of a failure; what " +
    "completed is kept. With --from that one step, even if it completed, and those after it that did not complete. " +
    "Prints for each step whether it runs again, and why. A worker runs them; gigq run does both at once. A run keeps " +
    "the definition that it was submitted with: where its file has changed since then, that is told.",
  arguments: [RUN_ARGUMENT],
  options: [
    { name: "from", type: "string", value: "STEP", complete: "step", help: "Start from this step" },
    { name: "downstream", type: "flag", help: "With --from: run everything after it again, too" },
  ],
  examples: [
    { command: "gigq workflow retry 3 && gigq worker --drain", help: "And work it" },
    {
      command: "gigq workflow retry nightly --from parse --downstream",
      help: "Parse again, and all that follows",
    },
  ],
  run: async (input, io) => (await import("../../actions/workflow_retry.ts")).retryRun(input, io),
};

export default retry;
