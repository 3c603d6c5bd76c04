/** `gigq schedule pause` */

import type { CommandSpec } from "../../command.ts";
import { SCHEDULES_ARGUMENT } from "../../schedules/arguments.ts";

const pause: CommandSpec = {
  name: "pause",
  summary: "Start nothing any more",
  description: "Not even what waits for an earlier run to end. Runs that have begun go on.",
  arguments: [SCHEDULES_ARGUMENT],
  options: [{ name: "reason", type: "string", value: "TEXT", help: "Why, for those who look at it later" }],
  examples: [{
    command: "gigq schedule pause backup --reason 'disk is full'",
    help: "No more backups for now",
  }],
  run: async (input, io) => (await import("../../actions/schedule/pause.ts")).pauseSchedules(input, io),
};

export default pause;
