/** `gigq schedule resume` */

import type { CommandSpec } from "../../command.ts";
import { SCHEDULES_ARGUMENT } from "../../schedules/arguments.ts";

const resume: CommandSpec = {
  name: "resume",
  summary: "Go on from now",
  description: "Times that came while it was paused are not made up for: gigq schedule backfill does that.",
  arguments: [SCHEDULES_ARGUMENT],
  examples: [{ command: "gigq schedule resume backup", help: "Go on" }],
  run: async (input, io) => (await import("../../actions/schedule/pause.ts")).resumeSchedules(input, io),
};

export default resume;
