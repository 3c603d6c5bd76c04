/** `gigq clear` */

import type { CommandSpec } from "../command.ts";
import { ALL_OPTION, IDS_ARGUMENT, SELECTOR_OPTIONS } from "../selector_options.ts";

const clear: CommandSpec = {
  name: "clear",
  summary: "Delete jobs that have ended",
  description:
    "Deletes jobs with their attempts and output. Only jobs that have ended are deleted, and none that an " +
    "unfinished job depends on. Prints how many were deleted.",
  arguments: [IDS_ARGUMENT],
  options: [
    {
      name: "older-than",
      type: "duration",
      value: "DURATION",
      help: "Only jobs that ended longer ago than this",
    },
    ...SELECTOR_OPTIONS,
    ALL_OPTION,
  ],
  examples: [
    { command: "gigq clear --older-than 7d", help: "Keep a week" },
    { command: "gigq clear --status completed --queue images", help: "What went well in one queue" },
    { command: "gigq clear --all", help: "All that has ended" },
  ],
  run: async (input, io) => (await import("../actions/clear.ts")).clearJobs(input, io),
};

export default clear;
