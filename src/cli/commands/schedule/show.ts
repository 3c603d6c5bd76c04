/** `gigq schedule show` */

import type { CommandSpec } from "../../command.ts";
import { SCHEDULE_ARGUMENT } from "../../schedules/arguments.ts";

const show: CommandSpec = {
  name: "show",
  summary: "Show everything about a schedule",
  description: "When it is due and what it runs, what becomes of its times, the next ones and the latest.",
  arguments: [SCHEDULE_ARGUMENT],
  options: [{ name: "yaml", type: "flag", help: "As a file for gigq schedule apply" }],
  examples: [
    { command: "gigq schedule show backup", help: "All about one" },
    {
      command: "gigq schedule show backup --yaml > schedules.yaml",
      help: "As a file that can be changed and applied",
    },
  ],
  run: async (input, io) => (await import("../../actions/schedule/show.ts")).showSchedule(input, io),
};

export default show;
