/** `gigq schedule run` */

import type { CommandSpec } from "../../command.ts";
import { SCHEDULE_ARGUMENT } from "../../schedules/arguments.ts";

const run: CommandSpec = {
  name: "run",
  summary: "Run what a schedule runs, now",
  description:
    "Prints the id of the job, or of the workflow run, which gigq wait --workflow takes; with --json they are job and run. " +
    "It runs whether the schedule is paused or a run has not ended, and does not count for --count.",
  arguments: [SCHEDULE_ARGUMENT],
  examples: [
    { command: "gigq schedule run backup", help: "Once more, by hand" },
    { command: "gigq wait $(gigq schedule run backup)", help: "And wait for it" },
    { command: "gigq wait --workflow $(gigq schedule run nightly)", help: "The same for a workflow" },
  ],
  run: async (input, io) => (await import("../../actions/schedule/run.ts")).runSchedule(input, io),
};

export default run;
