/** `gigq workflow submit` */

import type { CommandSpec } from "../../command.ts";
import { MAX_FAILS_OPTION } from "../../max_fails_option.ts";
import { PARAM_OPTION } from "../../params.ts";

const submit: CommandSpec = {
  name: "submit",
  summary: "Enqueue a workflow and print the id of its run",
  description: "All steps are stored, or none. Any worker runs them.",
  arguments: [{ name: "FILE", help: "Workflow as YAML, JSON or TypeScript", complete: "file" }],
  options: [
    { ...PARAM_OPTION, help: "A parameter of the workflow" },
    {
      ...MAX_FAILS_OPTION,
      help: "Halt when so many steps have failed, such as 10 or 10%; wins over the file's max-fails",
    },
  ],
  examples: [
    { command: "gigq workflow submit nightly.yaml -p date=2015-01-01", help: "With a parameter" },
    { command: "gigq workflow submit nightly.yaml && gigq worker --drain", help: "And work it" },
  ],
  run: async (input, io) => (await import("../../actions/workflow_submit.ts")).submitWorkflow(input, io),
};

export default submit;
