/** `gigq schedule edit` */

import type { CommandSpec } from "../../command.ts";
import { ADD_OPTIONS } from "../../schedules/add_options.ts";
import { SCHEDULE_ARGUMENT } from "../../schedules/arguments.ts";
import { CLEARABLE } from "../../schedules/clear_option.ts";

const edit: CommandSpec = {
  name: "edit",
  summary: "Change a schedule",
  description: `
    What is not named stays. --cron, --on and --every together take the place of those that it has, and lists of
    --between, --except and --only that of theirs. With other times it goes on from now. Options of its jobs, such as
    --retry, are changed one by one; with another command none of the old ones stays.

    Without options, on a terminal, $VISUAL or $EDITOR opens it as a file; what is wrong with it then is told, and it
    can be mended.`,
  arguments: [SCHEDULE_ARGUMENT],
  literal: { name: "COMMAND", help: "Run this from now on", optional: true },
  options: [
    ...ADD_OPTIONS,
    {
      name: "clear",
      type: "string",
      value: "OPTIONS",
      multiple: true,
      complete: CLEARABLE,
      help: "Take options away, such as until,count",
    },
  ],
  examples: [
    { command: "gigq schedule edit backup --cron '0 4 * * *'", help: "Later at night" },
    {
      command: "gigq schedule edit backup --clear until --overlap queue-one",
      help: "Without an end, and never skipped",
    },
    { command: "gigq schedule edit backup --retry 5 -- ./backup --full", help: "Another command" },
    { command: "gigq schedule edit backup", help: "In an editor" },
  ],
  run: async (input, io) => (await import("../../actions/schedule/edit.ts")).editSchedule(input, io),
};

export default edit;
