/** `gigq schedule history` */

import { FIRING_STATUSES } from "../../../core/schedule.ts";
import type { CommandSpec } from "../../command.ts";
import { SCHEDULE_ARGUMENT } from "../../schedules/arguments.ts";

const history: CommandSpec = {
  name: "history",
  summary: "Tell what became of a schedule's times",
  description:
    "The latest first: its job or workflow run, how late it was started, how long it took, and why it was not run where it " +
    "was not. Times that nobody was there for stand together in one line.",
  arguments: [SCHEDULE_ARGUMENT],
  options: [
    { name: "limit", short: "n", type: "integer", value: "N", min: 1, help: "The latest N; default 20" },
    {
      name: "status",
      short: "s",
      type: "string",
      value: "STATUS",
      multiple: true,
      complete: FIRING_STATUSES,
      help: `Only those: ${FIRING_STATUSES.join(", ")}; several with commas`,
    },
    {
      name: "from",
      type: "string",
      value: "TIME",
      help: "Only times from here on: 2026-01-31, monday, '3 days ago'",
    },
    { name: "to", type: "string", value: "TIME", help: "Only times up to here" },
  ],
  examples: [
    { command: "gigq schedule history backup", help: "The latest twenty" },
    {
      command: "gigq schedule history backup --status failed,missed --from 2026-01-01",
      help: "What went wrong this year",
    },
  ],
  run: async (input, io) => (await import("../../actions/schedule/history.ts")).showHistory(input, io),
};

export default history;
