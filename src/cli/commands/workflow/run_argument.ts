/** The run that a command of `gigq workflow` is about. */

import type { ArgumentSpec } from "../../command.ts";

export const RUN_ARGUMENT: ArgumentSpec = {
  name: "RUN",
  help: "Id of a run, or the name of a workflow for its latest run",
  complete: "workflow",
};
