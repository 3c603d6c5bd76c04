/** `gigq workflow retry` */

import type { CommandSpec } from "../../command.ts";
import { RUN_ARGUMENT } from "./run_argument.ts";

const retry: CommandSpec = {
  name: "retry",
  summary: "Run the failed, cancelled and skipped steps of a workflow run again",
  description:
    "Steps that depend on them run again, too, even where they completed; all other results are kept. " +
    "Prints a line a step that waits to run. A worker runs them; gigq run does both at once.",
  arguments: [RUN_ARGUMENT],
  examples: [{ command: "gigq workflow retry 3 && gigq worker --drain", help: "And work it" }],
  run: async (input, io) => (await import("../../actions/workflow_change.ts")).retryRun(input, io),
};

export default retry;
