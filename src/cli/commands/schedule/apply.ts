/** `gigq schedule apply` */

import type { CommandSpec } from "../../command.ts";
import { DRY_RUN_OPTION } from "../../schedules/add_options.ts";

const apply: CommandSpec = {
  name: "apply",
  summary: "Make the schedules be as a file says",
  description:
    "Adds those that are missing and changes those that differ, and tells how. All are checked before the first is " +
    "changed. Without a file those of [schedules.NAME] in gigq.toml are meant. What stands in the queue and not in the " +
    "file stays, unless --prune is given.",
  arguments: [{
    name: "FILE",
    help: "Schedules as YAML or JSON; - for stdin",
    optional: true,
    complete: "file",
  }],
  options: [
    { name: "prune", type: "flag", help: "Remove schedules that the file does not have" },
    DRY_RUN_OPTION,
  ],
  examples: [
    { command: "gigq schedule apply schedules.yaml --dry-run", help: "See what would change" },
    { command: "gigq schedule apply schedules.yaml --prune", help: "After this the file is all there is" },
    { command: "gigq schedule apply", help: "What gigq.toml says" },
    {
      command: "gigq schedule export backup | sed 's/^  backup:/  nightly-backup:/' | gigq schedule apply -",
      help: "The same under another name; then remove the old one",
    },
  ],
  run: async (input, io) => (await import("../../actions/schedule/apply.ts")).applySchedules(input, io),
};

export default apply;
