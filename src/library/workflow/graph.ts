/** The graph of a workflow, for drawing. */

import type { Job } from "../../core/job.ts";
import type { WorkflowSpec } from "../../core/workflow.ts";
import type { Graph } from "../../output/graph/graph.ts";

/** The graph of a workflow that has not run. */
export function workflowGraph(spec: WorkflowSpec): Graph {
  return {
    name: spec.name,
    nodes: spec.steps.map(({ name, job }) => ({ id: name, label: name, kind: job.kind })),
    edges: spec.steps.flatMap(({ name, after }) =>
      after.map(({ step, on }) => ({ from: step, to: name, on }))
    ),
  };
}

/** The graph of a run, with the status of each step. `jobs` are those of the run. */
export function runGraph(name: string, jobs: readonly Job[]): Graph {
  const labels = new Map(jobs.map((job) => [job.id, job.step ?? job.name ?? String(job.id)]));
  return {
    name,
    nodes: jobs.map((job) => ({
      id: labels.get(job.id)!,
      label: labels.get(job.id)!,
      kind: job.kind,
      status: job.status,
    })),
    edges: jobs.flatMap((job) =>
      job.dependencies.filter((edge) => labels.has(edge.id))
        .map((edge) => ({ from: labels.get(edge.id)!, to: labels.get(job.id)!, on: edge.on }))
    ),
  };
}
