/** `gigq schedule export` */

import type { CommandSpec } from "../../command.ts";
import { ANY_SCHEDULES_ARGUMENT } from "../../schedules/arguments.ts";

const exported: CommandSpec = {
  name: "export",
  summary: "Print schedules as a file",
  description: "As YAML, which gigq schedule apply reads. Without names all of them.",
  arguments: [ANY_SCHEDULES_ARGUMENT],
  examples: [{
    command: "gigq schedule export > schedules.yaml",
    help: "Begin to keep them in a repository",
  }],
  run: async (input, io) => (await import("../../actions/schedule/export.ts")).exportSchedules(input, io),
};

export default exported;
