/** `gigq schedule backfill` */

import type { CommandSpec } from "../../command.ts";
import { DRY_RUN_OPTION } from "../../schedules/add_options.ts";
import { SCHEDULE_ARGUMENT } from "../../schedules/arguments.ts";

const backfill: CommandSpec = {
  name: "backfill",
  summary: "Run times that are past",
  description:
    "Queues the times of the range that have not run: missed and skipped ones, and those from before the schedule was " +
    "added. They run one after the other, the oldest first; with --overlap allow all at once. Prints them, one a line.",
  arguments: [SCHEDULE_ARGUMENT],
  options: [
    {
      name: "from",
      type: "string",
      value: "TIME",
      help: "The first: 2026-01-31, 'last monday', '3 days ago'",
    },
    { name: "to", type: "string", value: "TIME", help: "The last; default now" },
    DRY_RUN_OPTION,
  ],
  examples: [
    {
      command: "gigq schedule backfill report --from 2026-01-01 --to 2026-01-31 --dry-run",
      help: "What would run",
    },
    { command: "gigq schedule backfill report --from 2026-01-01", help: "All of this year" },
  ],
  run: async (input, io) => (await import("../../actions/schedule/backfill.ts")).backfillSchedule(input, io),
};

export default backfill;
