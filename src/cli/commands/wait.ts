/** `gigq wait` */

import type { CommandSpec } from "../command.ts";
import { IDS_ARGUMENT, SELECTOR_OPTIONS } from "../selector_options.ts";
import { giveUpOption } from "../worker_options.ts";

const wait: CommandSpec = {
  name: "wait",
  summary: "Wait until jobs have ended",
  description:
    "Prints nothing; the exit code tells: 0 when all completed, 4 when one failed, 5 when one was " +
    "cancelled or skipped, 124 when time ran out. For one command that failed it is the command's own exit code. " +
    "With filters: waits for the jobs that match now.",
  arguments: [IDS_ARGUMENT],
  options: [
    { name: "any", type: "flag", help: "Until the first has ended instead of all" },
    {
      name: "timeout",
      type: "duration",
      value: "DURATION",
      help: "Give up after this time, with exit code 124",
    },
    giveUpOption("60s"),
    ...SELECTOR_OPTIONS,
  ],
  examples: [
    { command: "gigq wait 12 && echo done", help: "Go on when job 12 has completed" },
    {
      command: "gigq wait 12,15-20 --any --timeout 10m",
      help: "Until the first of seven, at most ten minutes",
    },
    { command: "gigq wait --queue images", help: "Until everything that is in a queue now has ended" },
  ],
  run: async (input, io) => (await import("../actions/wait.ts")).waitForEnd(input, io),
};

export default wait;
