/** `gigq worker`: runs jobs. */

import type { CommandSpec } from "../command.ts";
import { CONCURRENCY_OPTION, giveUpOption, LEASE_OPTIONS } from "../worker_options.ts";

const worker: CommandSpec = {
  name: "worker",
  summary: "Run jobs",
  description:
    "Runs jobs until it is stopped, and writes a line about each to stderr (with --json, events to " +
    "stdout). Any number of workers share a queue, which is created where there is none. The first Ctrl-C or " +
    "TERM takes no more jobs and lets the running ones end; the second gives them back; the third kills them. " +
    "Functions registered in scripts are left to those scripts. Schedules that are due are fired by whichever worker " +
    "is first, once at each of their times.",
  options: [
    CONCURRENCY_OPTION,
    {
      name: "queue",
      short: "q",
      type: "string",
      value: "NAME",
      multiple: true,
      complete: "queue",
      help: "Only this queue; may be repeated",
    },
    { name: "drain", type: "flag", help: "End when nothing is ready, running here or waiting for a retry" },
    { name: "max-jobs", type: "integer", value: "N", min: 1, help: "End after so many jobs" },
    {
      name: "max-time",
      type: "duration",
      value: "DURATION",
      help: "Take no more jobs after so long, then end",
    },
    {
      name: "shutdown-grace",
      type: "duration",
      value: "DURATION",
      help: "How long running jobs may go on after the first signal; default 30s",
    },
    ...LEASE_OPTIONS,
    giveUpOption("never, with --drain 60s"),
    {
      name: "name",
      short: "n",
      type: "string",
      value: "NAME",
      help: "A label in the record of each attempt",
    },
    { name: "schedules-only", type: "flag", help: "Fire schedules and leave the jobs to other workers" },
    { name: "quiet", type: "flag", help: "Write no lines about jobs and slots" },
  ],
  examples: [
    { command: "gigq worker", help: "As many jobs at once as there are cores" },
    { command: "gigq worker -j 8 -q mail -q slow", help: "Eight at once, of two queues" },
    { command: "*/5 * * * * cd /srv/app && gigq worker --drain --max-time 4m", help: "From cron" },
    {
      command: "gigq worker --drain --json | jq -c 'select(.event == \"finished\")'",
      help: "Events for programs",
    },
  ],
  run: async (input, io) => (await import("../actions/worker.ts")).runWorker(input, io),
};

export default worker;
