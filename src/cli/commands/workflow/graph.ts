/** `gigq workflow graph` */

import type { CommandSpec } from "../../command.ts";

const graph: CommandSpec = {
  name: "graph",
  summary: "Draw a workflow file or a run",
  description: "A run is drawn with the status of each step. As text the drawing fits the terminal.",
  arguments: [{
    name: "FILE|RUN",
    help: "Workflow file, id of a run, or name of a workflow",
    complete: "file",
  }],
  options: [
    {
      name: "format",
      short: "f",
      type: "string",
      value: "FORMAT",
      choices: ["text", "mermaid", "dot", "json"],
      help: "Default text, or json with --json",
    },
  ],
  examples: [
    { command: "gigq workflow graph nightly.yaml", help: "On the terminal" },
    { command: "gigq workflow graph nightly.yaml -f dot | dot -Tsvg > nightly.svg", help: "With Graphviz" },
    { command: "gigq workflow graph nightly -f mermaid", help: "The latest run, for a Markdown file" },
  ],
  run: async (input, io) => (await import("../../actions/workflow_graph.ts")).graphWorkflow(input, io),
};

export default graph;
