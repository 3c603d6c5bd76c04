/** `gigq workflow`: everything about workflows but running them here, which is `gigq run`. */

import type { GroupSpec } from "../command.ts";

const workflow: GroupSpec = {
  name: "workflow",
  summary: "Submit, check, draw, list and retry workflows",
  commands: [
    {
      name: "submit",
      summary: "Enqueue a workflow and print the id of its run",
      load: () => import("./workflow/submit.ts").then((m) => m.default),
    },
    {
      name: "validate",
      summary: "Check a workflow file",
      load: () => import("./workflow/validate.ts").then((m) => m.default),
    },
    {
      name: "graph",
      summary: "Draw a workflow file or a run",
      load: () => import("./workflow/graph.ts").then((m) => m.default),
    },
    {
      name: "list",
      summary: "List workflow runs",
      load: () => import("./workflow/list.ts").then((m) => m.default),
    },
    {
      name: "status",
      summary: "Show a workflow run and its steps",
      load: () => import("./workflow/status.ts").then((m) => m.default),
    },
    {
      name: "cancel",
      summary: "Cancel what is left of a workflow run",
      load: () => import("./workflow/cancel.ts").then((m) => m.default),
    },
    {
      name: "retry",
      summary: "Run steps of a workflow run again, and keep the others",
      load: () => import("./workflow/retry.ts").then((m) => m.default),
    },
  ],
};

export default workflow;
