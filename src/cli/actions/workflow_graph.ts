/** What `gigq workflow graph` does. */

import { NotFoundError } from "../../core/errors.ts";
import { runGraph, workflowGraph } from "../../library/workflow/graph.ts";
import { readWorkflow } from "../../library/workflow/load.ts";
import { toDot } from "../../output/graph/dot.ts";
import { drawGraph } from "../../output/graph/draw.ts";
import { type Graph, toGraphJson } from "../../output/graph/graph.ts";
import { toMermaid } from "../../output/graph/mermaid.ts";
import type { Input } from "../command.ts";
import type { Io } from "../io.ts";
import { openExisting } from "../open_queue.ts";
import { findWorkflow } from "../selectors.ts";

/** What workflow files are called; everything else names a run. */
const FILE = /\.(ya?ml|json|m?[tj]s)$/i;

/** Draws a file or a run. */
export async function graphWorkflow(input: Input, io: Io): Promise<number> {
  const name = input.args[0]!;
  const graph = FILE.test(name)
    ? workflowGraph((await readWorkflow(name, {}, { nowMs: io.now(), defaults: io.jobs?.defaults })).spec)
    : await graphOfRun(name, io);
  await io.out(draw(graph, input.string("format") ?? (io.json ? "json" : "text"), io));
  return 0;
}

async function graphOfRun(word: string, io: Io): Promise<Graph> {
  await using queue = await openExisting(io);
  const id = await findWorkflow(word, queue);
  const [run] = await queue.workflows({ id });
  const jobs = await queue.list({ workflow: id });
  if (run === undefined || jobs.length === 0) {
    throw new NotFoundError(`Workflow run ${id} has no steps any more`);
  }
  return runGraph(run.name, jobs);
}

function draw(graph: Graph, format: string, io: Io): string {
  switch (format) {
    case "mermaid":
      return toMermaid(graph);
    case "dot":
      return toDot(graph);
    case "json":
      return toGraphJson(graph);
    default:
      return drawGraph(graph, { columns: io.columns ?? undefined, color: io.color });
  }
}
