/** `gigq workflow validate` */

import type { CommandSpec } from "../../command.ts";

const validate: CommandSpec = {
  name: "validate",
  summary: "Check a workflow file",
  description:
    "Writes what is wrong as FILE:LINE:COLUMN: message, a line a problem, and exits with 65. With --json " +
    "one object { valid, problems } goes to stdout. Parameters are not asked for.",
  arguments: [{ name: "FILE", help: "Workflow as YAML, JSON or TypeScript", complete: "file" }],
  examples: [{ command: "gigq workflow validate nightly.yaml", help: "Before a commit" }],
  run: async (input, io) => (await import("../../actions/workflow_validate.ts")).validateWorkflow(input, io),
};

export default validate;
