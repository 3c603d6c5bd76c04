/** `gigq schedule tick` */

import type { CommandSpec } from "../../command.ts";

const tick: CommandSpec = {
  name: "tick",
  summary: "Start what is due, once",
  description:
    "What every worker does all the time, for places where none runs: in a crontab before gigq worker --drain. Prints a " +
    "line for each time that was decided: the schedule, the time, and the job or workflow run, or else what became of it.",
  examples: [
    { command: "* * * * * cd /srv/app && gigq schedule tick && gigq worker --drain", help: "From a crontab" },
  ],
  run: async (input, io) => (await import("../../actions/schedule/tick.ts")).tickSchedules(input, io),
};

export default tick;
