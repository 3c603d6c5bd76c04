/** `gigq workflow list` */

import type { CommandSpec } from "../../command.ts";

const list: CommandSpec = {
  name: "list",
  summary: "List workflow runs",
  description:
    "Newest first. On a terminal the latest 50; piped or with --json all. Jobs that gigq batch --max-fails " +
    "stored together are a run, too: --all shows those as well.",
  options: [
    {
      name: "name",
      short: "n",
      type: "string",
      value: "NAME",
      complete: "workflow",
      help: "Only of this workflow",
    },
    { name: "all", short: "a", type: "flag", help: "Batches, too" },
    { name: "limit", short: "l", type: "integer", value: "N", min: 1, help: "Only the latest N" },
  ],
  examples: [{
    command: "gigq workflow list --name nightly -l 5",
    help: "The latest five runs of one workflow",
  }],
  run: async (input, io) => (await import("../../actions/workflow_runs.ts")).listRuns(input, io),
};

export default list;
