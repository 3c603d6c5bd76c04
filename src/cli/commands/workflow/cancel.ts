/** `gigq workflow cancel` */

import type { CommandSpec } from "../../command.ts";
import { RUN_ARGUMENT } from "./run_argument.ts";

const cancel: CommandSpec = {
  name: "cancel",
  summary: "Cancel what is left of a workflow run",
  description:
    "Ends steps that have not begun and asks running ones to stop. Prints a line a step that changed.",
  arguments: [RUN_ARGUMENT],
  examples: [{ command: "gigq workflow cancel nightly", help: "The latest run of a workflow" }],
  run: async (input, io) => (await import("../../actions/workflow_change.ts")).cancelRun(input, io),
};

export default cancel;
