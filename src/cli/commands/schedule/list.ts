/** `gigq schedule list` */

import type { CommandSpec } from "../../command.ts";

const list: CommandSpec = {
  name: "list",
  summary: "List schedules",
  description:
    "By name: the next time of each, what became of the latest run, how many of the latest runs succeeded, whether it is " +
    "paused, over, or something of it runs or waits, and when it is due.",
  examples: [
    { command: "gigq schedule list", help: "How all stand" },
    {
      command: "gigq schedule list --json | jq -r 'select(.failures > 0).name'",
      help: "Those that failed last",
    },
  ],
  run: async (input, io) => (await import("../../actions/schedule/list.ts")).listSchedules(input, io),
};

export default list;
