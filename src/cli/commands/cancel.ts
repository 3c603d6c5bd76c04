/** `gigq cancel` */

import type { CommandSpec } from "../command.ts";
import { ALL_OPTION, IDS_ARGUMENT, SELECTOR_OPTIONS } from "../selector_options.ts";

const cancel: CommandSpec = {
  name: "cancel",
  summary: "Cancel jobs",
  description:
    "Ends jobs that have not begun, and asks running ones to stop: their worker hears it within seconds. " +
    "Prints one line a job that changed. Jobs that wait for a cancelled one are skipped.",
  arguments: [IDS_ARGUMENT],
  options: [...SELECTOR_OPTIONS, ALL_OPTION],
  examples: [
    { command: "gigq cancel 12,15-20", help: "These jobs" },
    { command: "gigq cancel --queue images --status pending", help: "Whatever has not begun in one queue" },
  ],
  run: async (input, io) => (await import("../actions/change.ts")).cancelJobs(input, io),
};

export default cancel;
