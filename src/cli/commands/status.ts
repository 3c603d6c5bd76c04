/** `gigq status` */

import type { CommandSpec } from "../command.ts";
import { ONE_ID_ARGUMENT } from "../selector_options.ts";

const status: CommandSpec = {
  name: "status",
  summary: "Show one job in full",
  description: "Shows what a job runs, how it stands, what it waits for and each attempt with its figures.",
  arguments: [ONE_ID_ARGUMENT],
  examples: [
    { command: "gigq status 12", help: "Everything about job 12" },
    { command: "gigq status @last --json | jq .error.message", help: "Why the latest job failed" },
  ],
  run: async (input, io) => (await import("../actions/status.ts")).showStatus(input, io),
};

export default status;
