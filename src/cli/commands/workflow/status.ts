/** `gigq workflow status` */

import type { CommandSpec } from "../../command.ts";
import { RUN_ARGUMENT } from "./run_argument.ts";

const status: CommandSpec = {
  name: "status",
  summary: "Show a workflow run and its steps",
  arguments: [RUN_ARGUMENT],
  examples: [
    { command: "gigq workflow status 3", help: "How run 3 stands" },
    {
      command: "gigq workflow status nightly --json | jq .status",
      help: "running, completed, failed or cancelled",
    },
  ],
  run: async (input, io) => (await import("../../actions/workflow_runs.ts")).showRun(input, io),
};

export default status;
