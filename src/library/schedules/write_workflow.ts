/** A workflow as a file has it. */

import { formatMaxFails } from "../../core/max_fails.ts";
import type { Json } from "../../core/json.ts";
import { escapeTemplate, hasTemplate } from "../../core/template.ts";
import type { StepSpec, WorkflowSpec } from "../../core/workflow.ts";
import type { JobDefaults } from "../policy.ts";
import { type FileTable, jobTable } from "./write_job.ts";

/** The table of a file, or why there is none. */
export function workflowTable(spec: WorkflowSpec, defaults: JobDefaults): FileTable | string {
  const steps: [string, Json][] = [];
  for (const step of spec.steps) {
    const table = stepTable(step, defaults);
    if (typeof table === "string") return table;
    steps.push([step.name, table]);
  }
  const { name, description, params, maxFails } = spec;
  return {
    name,
    ...description !== undefined && { description },
    ...Object.keys(params).length > 0 && { params: params as unknown as Json },
    ...maxFails !== undefined &&
      { "max-fails": formatMaxFails(maxFails) },
    steps: Object.fromEntries(steps),
  };
}

function stepTable({ name, job, after, templates }: StepSpec, defaults: JobDefaults): FileTable | string {
  const renamed = after.find((edge) => edge.as !== undefined && edge.as !== edge.step);
  if (renamed !== undefined) {
    return `step "${name}" calls its parent "${renamed.step}" by another name, "${renamed.as}"`;
  }
  const { name: label, ...table } = jobTable(
    templates ? job : { ...job, payload: escaped(job.payload) },
    "step",
    defaults,
  );
  if ("kind" in table) return `step "${name}" is of kind ${table.kind}, which only a script can say`;
  const edges = after.map(({ step, on }) => on === "success" ? step : { step, on });
  return {
    ...table,
    ...label !== undefined && label !== name && { name: label },
    ...edges.length > 0 && { after: edges.length === 1 && typeof edges[0] === "string" ? edges[0] : edges },
  };
}

/** What is no expression there must not become one. */
function escaped<T extends Json>(value: T): T {
  if (typeof value === "string") return (hasTemplate(value) ? escapeTemplate(value) : value) as T;
  if (Array.isArray(value)) return value.map(escaped) as unknown as T;
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, escaped(item as Json)])) as T;
}
