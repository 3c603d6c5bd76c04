/** `gigq schedule tick` */

import type { CommandSpec } from "../../command.ts";

const tick: CommandSpec = {
  name: "tick",
  summary: "Start what is due, once",
  description: "What every worker does all the time, also with --drain, and nothing else. Prints a " +
    "line for each time that was decided: the schedule, the time, and the job or workflow run, or else what became of it.",
  examples: [
    {
      command: "* * * * * cd /srv/app && gigq schedule tick",
      help: "From a crontab, when its jobs are left to workers elsewhere",
    },
    {
      command: "* * * * * cd /srv/app && gigq worker --drain",
      help: "From a crontab, where no worker runs: this fires and runs what is due",
    },
  ],
  run: async (input, io) => (await import("../../actions/schedule/tick.ts")).tickSchedules(input, io),
};

export default tick;
