/** `gigq schedule next` */

import type { CommandSpec } from "../../command.ts";
import { ANY_SCHEDULES_ARGUMENT } from "../../schedules/arguments.ts";
import { FILTER_OPTIONS, WHEN_OPTIONS } from "../../schedules/when_options.ts";

const next: CommandSpec = {
  name: "next",
  summary: "Tell when schedules are due, or when a new one would be",
  description: `
    Of the schedules that are named, or of all, paused ones left out. With --cron, --on or --every there is no schedule
    and no queue: this is how to try out what a new one would do.

    Times are those of the schedule's zone. Where clocks are set forward or back, a time that is moved, or the first of
    two, is marked.`,
  arguments: [ANY_SCHEDULES_ARGUMENT],
  options: [
    ...WHEN_OPTIONS,
    ...FILTER_OPTIONS,
    {
      name: "limit",
      short: "n",
      type: "integer",
      value: "N",
      min: 1,
      max: 10_000,
      help: "The first N; default 10",
    },
    { name: "after", type: "string", value: "TIME", help: "Only times after this; default now" },
    {
      name: "left-out",
      short: "v",
      type: "flag",
      help: "Show times that --between, --except or --only leave out, too, and why",
    },
  ],
  examples: [
    { command: "gigq schedule next", help: "What comes next" },
    { command: "gigq schedule next backup -n 3 --after 2027-03-27", help: "Around the change of the clocks" },
    {
      command: "gigq schedule next --on 'last friday of the month at 17:00' --tz Asia/Tokyo",
      help: "Try a phrase",
    },
    {
      command: "gigq schedule next --cron '0 9 * * MON-FRI' --except holidays.ics -v",
      help: "See which days a calendar takes",
    },
  ],
  run: async (input, io) => (await import("../../actions/schedule/next.ts")).nextTimes(input, io),
};

export default next;
