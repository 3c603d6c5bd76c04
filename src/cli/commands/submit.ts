/** `gigq submit`: one job. */

import type { CommandSpec } from "../command.ts";
import { HTTP_OPTIONS } from "../http_options.ts";
import {
  COMMAND_OPTIONS,
  MODULE_OPTION,
  PLACE_OPTIONS,
  POLICY_OPTIONS,
  SECRET_OPTION,
  SHELL_OPTION,
} from "../job_options.ts";
import { PARAM_OPTION, PARAMS_OPTION } from "../params.ts";
import { UNIQUE_OPTIONS } from "../unique_option.ts";

const submit: CommandSpec = {
  name: "submit",
  summary: "Add a job to the queue",
  description: `
    Prints the id of the new job. What follows -- is an exact command line: no shell sees it, and it runs in this
    folder. With --unique and a job in the way, that job's id is printed and nothing is added.

    A command gets GIGQ_JOB_ID, GIGQ_ATTEMPT, GIGQ_DB, and in GIGQ_CHECKPOINT the path of a file: what it leaves in it,
    its next attempt finds there. Where attempts are left, it may name the wait before the next one by exit code 75 and
    a last line on stderr such as Retry-After: 2m.`,
  literal: { name: "COMMAND", help: "Program and arguments to run", optional: true },
  options: [
    SHELL_OPTION,
    MODULE_OPTION,
    PARAM_OPTION,
    PARAMS_OPTION,
    ...HTTP_OPTIONS,
    ...PLACE_OPTIONS,
    ...UNIQUE_OPTIONS,
    ...POLICY_OPTIONS,
    ...COMMAND_OPTIONS,
    SECRET_OPTION,
    {
      name: "stdin",
      type: "string",
      value: "FILE",
      complete: "file",
      help: "Standard input of the command: a file, or - to store what is on stdin now",
    },
  ],
  examples: [
    {
      command: "gigq submit -- convert 'my photo.png' out.webp",
      help: "A command, its arguments exactly as given",
    },
    { command: "gigq submit --shell 'zcat *.gz | wc -l'", help: "A shell script, where one is wanted" },
    { command: "gigq submit --retry 3 --timeout 5m -- ./backup", help: "Four attempts of five minutes each" },
    {
      command: "gigq submit --retry 5 --retry-on timeout,exit:75 --on-error 'exit:3 -> ignore' -- ./sync",
      help: "Say which failures are tried again, and what becomes of others",
    },
    { command: "gigq submit --after 12,15 -- ./report", help: "Run when jobs 12 and 15 have completed" },
    { command: "gigq submit --at 22:00 --unique nightly -- ./nightly", help: "Tonight, and only once" },
    { command: "gigq submit --at 'monday 9am' -- ./report", help: "On the next Monday; stderr says which" },
    {
      command: "gigq submit --module ./parse.ts#parse -p file=day.json -p limit=10",
      help: "A function of a module",
    },
    {
      command: "gigq submit --http https://example.org/hook --method POST --body @data.json",
      help: "A request",
    },
  ],
  run: async (input, io) => (await import("../actions/submit.ts")).submitJob(input, io),
};

export default submit;
