/** `gigq run`: a workflow from its beginning to its end. */

import type { CommandSpec } from "../command.ts";
import { MAX_FAILS_OPTION } from "../max_fails_option.ts";
import { PARAM_OPTION } from "../params.ts";
import { CONCURRENCY_OPTION, giveUpOption, LEASE_OPTIONS } from "../worker_options.ts";

const run: CommandSpec = {
  name: "run",
  summary: "Submit a workflow and work it to its end",
  description:
    "Runs the steps of one workflow, and nothing else of the queue, and prints the results of its final " +
    "steps: with --json one object by step name. A run of the same file with the same parameters that was " +
    "interrupted or failed is continued: what completed is kept, unless the file has changed. The exit code is that of the command that " +
    "failed, 1 where another step failed, 5 when a step was cancelled.",
  arguments: [{ name: "FILE", help: "Workflow as YAML, JSON or TypeScript", complete: "file" }],
  options: [
    { ...PARAM_OPTION, help: "A parameter of the workflow" },
    CONCURRENCY_OPTION,
    {
      ...MAX_FAILS_OPTION,
      help: "Halt when so many steps have failed, such as 10 or 10%; wins over the file's max-fails",
    },
    { name: "fresh", type: "flag", help: "Start anew, whatever ran before" },
    ...LEASE_OPTIONS,
    giveUpOption("60s"),
    { name: "quiet", type: "flag", help: "Show no progress" },
  ],
  examples: [
    { command: "gigq run nightly.yaml -p date=2015-01-01", help: "With a parameter" },
    { command: "gigq run nightly.yaml --json | jq .report", help: "The result of the step report" },
    { command: "gigq run -j 4 build.ts --fresh", help: "Everything again, four steps at once" },
  ],
  run: async (input, io) => (await import("../actions/run.ts")).runWorkflow(input, io),
};

export default run;
