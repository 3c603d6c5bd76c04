/** Everything that can be said about a workflow before it is stored. */

import { BOUNDS } from "../bounds.ts";
import type { DataError } from "../errors.ts";
import type { JsonObject } from "../json.ts";
import { RULES_GIVE_NO_SECRETS } from "../follow_up.ts";
import { didYouMean } from "../suggest.ts";
import { SECRET_PLACES } from "../request_secrets.ts";
import { secretsOf } from "../secret.ts";
import { findTemplates, type FoundReference, isScript } from "../template.ts";
import type { StepSpec, WorkflowSpec } from "../workflow.ts";
import { contradictions } from "./contradiction.ts";
import { topological } from "./order.ts";
import { checkParamSpecs } from "./params.ts";
import type { Problem } from "./problem.ts";

const PRINTABLE = /^[^\p{Cc}]+$/u;

/**
 * Finds what is wrong with a workflow: names, edges, cycles, steps that can never run, templates.
 *
 * @returns No problems, and then an order in which parents come before their children
 */
export function checkWorkflow(
  spec: WorkflowSpec,
): { readonly problems: readonly Problem[]; readonly order: readonly number[] } {
  const { steps } = spec;
  if (steps.length === 0) return failed([{ at: ["steps"], message: "A workflow needs at least one step" }]);
  if (steps.length > BOUNDS.workflowSteps) {
    const message = `${steps.length} steps are more than the ${BOUNDS.workflowSteps} allowed`;
    return failed([{ at: ["steps"], message }]);
  }
  const index = new Map(steps.map((step, at) => [step.name, at]));
  const problems = [
    ...checkName(spec.name, "Workflow name", ["name"]),
    ...checkParamSpecs(spec.params),
    ...checkStepNames(steps),
    ...steps.flatMap((step) => checkEdges(step, index)),
    ...steps.flatMap((step) => checkTemplates(step, spec, index)),
    ...steps.flatMap((step) => checkRules(step, spec)),
  ];
  if (problems.length > 0) return failed(problems);
  const sorted = topological(steps.map((step) => step.after.map((edge) => index.get(edge.step)!)));
  if ("cycle" in sorted) return failed([describeCycle(sorted.cycle.map((at) => steps[at]!.name))]);
  return { problems: checkReachable(steps, index), order: sorted.order };
}

function failed(problems: readonly Problem[]): { problems: readonly Problem[]; order: readonly number[] } {
  return { problems, order: [] };
}

function checkName(name: string, what: string, at: Problem["at"]): readonly Problem[] {
  if (name.length <= BOUNDS.nameChars && PRINTABLE.test(name)) return [];
  const shown = JSON.stringify(name.slice(0, 40));
  return [{ at, message: `${what} ${shown} must have 1 to ${BOUNDS.nameChars} printable characters` }];
}

function checkStepNames(steps: readonly StepSpec[]): readonly Problem[] {
  const seen = new Set<string>();
  return steps.flatMap(({ name }) => {
    const at = ["steps", name];
    if (seen.has(name)) return [{ at, message: `Two steps are named "${name}"` }];
    seen.add(name);
    return checkName(name, "Step name", at);
  });
}

function checkEdges(step: StepSpec, index: ReadonlyMap<string, number>): readonly Problem[] {
  const rules = new Map<string, string>();
  const aliases = new Set<string>();
  return step.after.flatMap(({ step: parent, on, as = parent }, position): Problem[] => {
    const at = ["steps", step.name, "after", position];
    if (parent === step.name) return [{ at, message: `Step "${step.name}" waits for itself` }];
    if (!index.has(parent)) {
      const message = `Step "${step.name}" waits for "${parent}", which is not a step`;
      return [{ at, message, hint: didYouMean(parent, index.keys()) }];
    }
    const before = rules.get(parent);
    rules.set(parent, on);
    if (before !== undefined) return [{ at, message: describeTwice(step.name, parent, before, on) }];
    if (aliases.has(as)) return [{ at, message: `Step "${step.name}" has two parents named "${as}"` }];
    aliases.add(as);
    return [];
  });
}

function describeTwice(step: string, parent: string, before: string, on: string): string {
  const excluded = before !== on && before !== "finished" && on !== "finished";
  if (excluded) return `Step "${step}" can never run: it waits for "${parent}" to succeed and to fail`;
  return `Step "${step}" waits for "${parent}" twice`;
}

function describeCycle(names: readonly string[]): Problem {
  const shown = names.length > 12 ? [...names.slice(0, 6), "…", ...names.slice(-5)] : names;
  return {
    at: ["steps", names[0]!, "after"],
    message: `Steps wait for each other in a circle: ${[...shown, names[0]!].join(" → ")}`,
    hint: "Take one of them out of another's after",
  };
}

function checkReachable(steps: readonly StepSpec[], index: ReadonlyMap<string, number>): readonly Problem[] {
  const nodes = steps.map(({ after, job }) => ({
    after: after.map((edge) => ({ parent: index.get(edge.step)!, on: edge.on })),
    expires: job.expiresAt !== null,
  }));
  return contradictions(nodes).map(({ node, of }) => {
    const { name } = steps[node]!;
    const message = `Step "${name}" can never run: its parents need "${
      steps[of]!.name
    }" to succeed and to fail`;
    return { at: ["steps", name, "after"], message, hint: "Wait for one of the branches with on: finished" };
  });
}

function checkTemplates(
  step: StepSpec,
  spec: WorkflowSpec,
  index: ReadonlyMap<string, number>,
): readonly Problem[] {
  if (!step.templates) return [];
  const parents = new Set(step.after.flatMap((edge) => [edge.step, edge.as ?? edge.step]));
  return checkReferences(
    `Step "${step.name}"`,
    ["steps", step.name],
    step.job,
    ({ root, name, path }, at) => {
      switch (root) {
        case "params":
          return checkParameter(name, path.length, spec);
        case "steps":
          return checkParent(name, step.name, parents, index);
        case "secrets":
          return checkSecret(name, step.job, at);
        case "failed":
          return NOT_IN_A_STEP;
        case "schedule":
          return NOT_IN_A_WORKFLOW;
      }
    },
  );
}

const NOT_IN_A_STEP: Reason = {
  message: "asks about a failed job, and there is none here",
  hint: "Only what a rule of on-error runs can ask; a step asks its parents: ${{ steps.NAME.error.message }}",
};

const NOT_IN_A_WORKFLOW: Reason = {
  message: "asks for the slot of a schedule, which a workflow does not know of",
  hint: "Declare a parameter, and give it to the schedule: -p 'date=${{ schedule.date }}'",
};

/** Jobs that rules run see the parameters and the job that failed. */
function checkRules({ name: step, job }: StepSpec, spec: WorkflowSpec): readonly Problem[] {
  return (job.policy.rules ?? []).flatMap(({ action }, index) =>
    action.do !== "run" ? [] : checkReferences(
      `Step "${step}": rule ${index + 1}`,
      ["steps", step, "on-error", index],
      action.job,
      ({ root, name, path }) => {
        if (root === "params") return checkParameter(name, path.length, spec);
        if (root === "secrets") return RULES_GIVE_NO_SECRETS;
        if (root === "schedule") return NOT_IN_A_WORKFLOW;
        return root === "failed" ? undefined : {
          message: "names a step, and a job that a rule runs sees only the job that failed",
          hint: "Ask for ${{ failed.error.message }}",
        };
      },
    )
  );
}

function checkReferences(
  what: string,
  base: Problem["at"],
  job: Body,
  check: (reference: FoundReference["reference"], at: FoundReference["at"]) => Reason,
): readonly Problem[] {
  let found: readonly FoundReference[];
  try {
    found = findTemplates(job.payload);
  } catch (error) {
    const { message, hint } = error as DataError;
    return [{ at: base, message: `${what}: ${message}`, hint }];
  }
  return found.flatMap(({ at, reference }) => {
    const reason = inShell(job, at) ?? inSecrets(at) ?? check(reference, at);
    if (reason === undefined) return [];
    const message = `${what}: expression "${reference.source}" ${reason.message}`;
    return [{ at: [...base, ...at], message, hint: reason.hint }];
  });
}

type Reason = Pick<Problem, "message" | "hint"> | undefined;

/** What of a job its templates stand in. */
interface Body {
  readonly kind: string;
  readonly payload: JsonObject;
}

/** A value must never become part of a script: there it would be run. */
function inShell({ kind, payload }: Body, at: FoundReference["at"]): Reason {
  if (!isScript(kind, payload, at)) return undefined;
  return {
    message: "stands in a shell script, where its value could run as code",
    hint: 'Pass it through env (env: { VALUE: "${{ … }}" }) and write "$VALUE" in the script',
  };
}

/** Where secrets are is decided by who writes the workflow, not by what it is given. */
function inSecrets(at: FoundReference["at"]): Reason {
  if (at[0] !== "secrets") return undefined;
  return { message: "stands in the place of a secret, which must be written out" };
}

function checkParameter(name: string, depth: number, { params }: WorkflowSpec): Reason {
  if (!Object.hasOwn(params, name)) {
    const names = Object.keys(params);
    const hint = didYouMean(name, names) ?? `Declare it: params: { ${name}: { type: string } }`;
    return { message: "names a parameter that is not declared", hint };
  }
  return depth === 0 ? undefined : { message: `asks for a field, and parameter "${name}" is a single value` };
}

/** Arguments show in the list of processes, and params are stored: secrets have ways of their own. */
function checkSecret(name: string, job: Body, at: FoundReference["at"]): Reason {
  if (job.kind !== "http" || !SECRET_PLACES.some((place) => place === at[0])) {
    return {
      message: job.kind === "http"
        ? "stands where a request takes no secret"
        : `names a secret, which a ${job.kind} does not get this way`,
      hint: SECRET_WAYS[job.kind],
    };
  }
  const declared = Object.keys(secretsOf(job.payload) ?? {});
  if (declared.includes(name)) return undefined;
  return {
    message: "names a secret that the step does not declare",
    hint: didYouMean(name, declared) ?? `Add it to the step: secrets: [${name}]`,
  };
}

const SECRET_WAYS: Readonly<Record<string, string>> = {
  command: "Declare it with secrets, and read the variable of that name in the program",
  module: 'Declare it with secrets, and call ctx.secret("NAME") in the function',
  http: "Write it into the url, a header or the body",
};

function checkParent(
  name: string,
  step: string,
  parents: ReadonlySet<string>,
  index: ReadonlyMap<string, number>,
): Reason {
  if (parents.has(name)) return undefined;
  if (index.has(name)) {
    return {
      message: "names a step that this one does not wait for",
      hint: `Add ${name} to after of ${step}`,
    };
  }
  return {
    message: "names a step that does not exist",
    hint: didYouMean(name, [...parents, ...index.keys()]),
  };
}
