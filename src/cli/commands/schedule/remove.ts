/** `gigq schedule remove` */

import type { CommandSpec } from "../../command.ts";
import { SCHEDULES_ARGUMENT } from "../../schedules/arguments.ts";

const remove: CommandSpec = {
  name: "remove",
  summary: "Delete schedules and their history",
  description:
    "Their jobs stay, and run if they have not. gigq schedule pause keeps a schedule and starts nothing.",
  arguments: [SCHEDULES_ARGUMENT],
  examples: [{ command: "gigq schedule remove backup report", help: "Two of them" }],
  run: async (input, io) => (await import("../../actions/schedule/remove.ts")).removeSchedules(input, io),
};

export default remove;
