/** `gigq schedule add` */

import type { CommandSpec } from "../../command.ts";
import { ADD_OPTIONS } from "../../schedules/add_options.ts";

const add: CommandSpec = {
  name: "add",
  summary: "Run something at certain times",
  description: `
    Prints the name; what was understood, and when it is due next, is told on stderr. Any worker of the queue starts what
    is due, and where no worker runs all the time, gigq worker --drain in a crontab does. At each time exactly one run
    is stored, however many workers there are.

    Times are those of all --cron, --on and --every together, on the clocks of the zone; of --every they count by what has
    passed, whatever clocks show. A time that the clocks leave out in spring comes as soon as they go on; one that they
    show twice in autumn counts once.

    What follows -- is an exact command line. It gets GIGQ_SCHEDULED_AT and GIGQ_SCHEDULE, and in its arguments
    \${{ schedule.date }}, \${{ schedule.time }}, \${{ schedule.at }} and \${{ schedule.name }} are filled in.`,
  arguments: [{ name: "NAME", help: "Name of the new schedule" }],
  literal: { name: "COMMAND", help: "Program and arguments to run", optional: true },
  options: ADD_OPTIONS,
  examples: [
    {
      command: "gigq schedule add backup --cron '30 2 * * *' --retry 2 -- ./backup",
      help: "Every night at half past two",
    },
    {
      command:
        "gigq schedule add report --on 'every weekday at 06:00' --tz Europe/Prague --except holidays.ics -- ./report",
      help: "On working days",
    },
    {
      command:
        "gigq schedule add poll --every 15m --between 08:00-18:00 --jitter 1m --http https://example.org/poll",
      help: "A request four times an hour, by day",
    },
    {
      command:
        "gigq schedule add nightly --on 'every day at 22:00' --workflow nightly.yaml -p 'date=${{ schedule.date }}'",
      help: "A workflow, its parameter the day",
    },
    {
      command: "gigq schedule add sync --cron @hourly --catch-up all --catch-up-window 1d -- ./sync",
      help: "Make up for every hour that was missed, of the last day",
    },
  ],
  run: async (input, io) => (await import("../../actions/schedule/add.ts")).addSchedule(input, io),
};

export default add;
