/** `gigq requeue` */

import type { CommandSpec } from "../command.ts";
import { REQUEUE_OPTIONS } from "../requeue_options.ts";
import { ALL_OPTION, IDS_ARGUMENT, SELECTOR_OPTIONS } from "../selector_options.ts";

const requeue: CommandSpec = {
  name: "requeue",
  summary: "Run jobs that have ended once more",
  description:
    "Gives jobs a fresh budget of attempts and forgets their result; what attempts saved by checkpoints and steps " +
    "stays. Ids may name any job that has ended; filters and --all mean those that failed or were cancelled or " +
    "skipped, unless --status says otherwise; --error, --dead and --canary those that failed. Prints one line a job " +
    "that changed.",
  arguments: [IDS_ARGUMENT],
  options: [...REQUEUE_OPTIONS, ...SELECTOR_OPTIONS, ALL_OPTION],
  examples: [
    { command: "gigq requeue 12", help: "Once more" },
    {
      command: "gigq requeue --error E3 --canary 1",
      help: "What failed of one cause: one first, then the others",
    },
    { command: "gigq requeue --status failed --name 'resize*'", help: "After the mistake was mended" },
  ],
  run: async (input, io) => (await import("../actions/change.ts")).requeueJobs(input, io),
};

export default requeue;
