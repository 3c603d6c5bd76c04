/** Workflows for tests, in short. */

import { defaultPolicy } from "../../src/core/defaults.ts";
import type { Rule } from "../../src/core/job.ts";
import type { StepDependency, StepJob, StepSpec, WorkflowSpec } from "../../src/core/workflow.ts";

/** A job that runs `true`, or what `changes` say. */
export function stepJob(changes: Partial<StepJob> = {}): StepJob {
  return {
    kind: "command",
    payload: { argv: ["true"] },
    policy: defaultPolicy("command"),
    name: null,
    queue: "default",
    priority: 0,
    tags: [],
    runAt: null,
    expiresAt: null,
    unique: null,
    ...changes,
  };
}

/** A step; a parent is a name, or `name:rule`. */
export function step(name: string, after: readonly string[] = [], changes: Partial<StepJob> = {}): StepSpec {
  return { name, job: stepJob(changes), after: after.map(toEdge), templates: true };
}

function toEdge(text: string): StepDependency {
  const [parent, on = "success"] = text.split(":");
  return { step: parent!, on: on as Rule };
}

/** A workflow of these steps. */
export function spec(steps: readonly StepSpec[], params: WorkflowSpec["params"] = {}): WorkflowSpec {
  return { name: "test", params, steps };
}
