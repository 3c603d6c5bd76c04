/** `gigq list` */

import type { CommandSpec } from "../command.ts";
import { IDS_ARGUMENT, SELECTOR_OPTIONS } from "../selector_options.ts";

const list: CommandSpec = {
  name: "list",
  summary: "List jobs",
  description:
    "Shows the jobs that match all that is given, oldest first. On a terminal the last 50, cut to its " +
    "width; piped or with --json all of them, whole.",
  arguments: [IDS_ARGUMENT],
  options: [
    ...SELECTOR_OPTIONS,
    { name: "limit", short: "l", type: "integer", value: "N", min: 1, help: "Only the last N" },
  ],
  examples: [
    { command: "gigq list --status failed", help: "What went wrong" },
    { command: "gigq list --status pending --queue images", help: "What is to be done in one queue" },
    { command: "gigq list --workflow nightly", help: "The steps of the latest run of a workflow" },
    { command: "gigq list --schedule nightly --status failed", help: "What a schedule ran, and went wrong" },
    {
      command: "gigq list --json | jq -r 'select(.failures > 0).id'",
      help: "One object a line, for other programs",
    },
  ],
  run: async (input, io) => (await import("../actions/list.ts")).listJobs(input, io),
};

export default list;
