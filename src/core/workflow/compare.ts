/** Whether a workflow is still what a run of it was submitted as. Pure. */

import type { Job, NewJob } from "../job.ts";

/** A step that is defined otherwise by now. */
export interface ChangedStep {
  /** Its name. */
  readonly step: string;
  /** What is other: `what it runs`, `dependencies`, `policy`, `queue`, `priority`, `name`, `tags`. */
  readonly what: readonly string[];
}

/** How two definitions differ. */
export interface Differences {
  /** Steps that both have, and that differ. */
  readonly changed: readonly ChangedStep[];
  /** Names of steps that only the new one has. */
  readonly added: readonly string[];
  /** Names of steps that only the stored one has. */
  readonly removed: readonly string[];
}

/** A stored step, as far as its definition goes. */
export type StoredStep = Pick<
  Job,
  "id" | "step" | "kind" | "payload" | "policy" | "queue" | "priority" | "name" | "tags" | "dependencies"
>;

/**
 * Compares the jobs of a run with what its workflow would submit now. Times do not count: they depend on when it is
 * submitted.
 *
 * @param stored All jobs of the run
 * @param now The jobs of the workflow with the run's parameters
 */
export function compareSteps(stored: readonly StoredStep[], now: readonly NewJob[]): Differences {
  const names = new Map(stored.map((job) => [job.id, job.step]));
  const before = new Map(stored.map((job) => [job.step, job]));
  const after = new Map(now.map((job) => [job.step, job]));
  const changed: ChangedStep[] = [];
  for (const [step, job] of after) {
    const old = before.get(step);
    if (old === undefined || step === null) continue;
    const what = differences(
      definition(old, old.dependencies.map(({ id, on }) => [names.get(id) ?? `job ${id}`, on])),
      definition(
        job,
        job.after.map((edge) => ["index" in edge ? now[edge.index]!.step : `job ${edge.id}`, edge.on]),
      ),
    );
    if (what.length > 0) changed.push({ step, what });
  }
  return {
    changed,
    added: [...after.keys()].flatMap((step) => step === null || before.has(step) ? [] : [step]),
    removed: [...before.keys()].flatMap((step) => step === null || after.has(step) ? [] : [step]),
  };
}

/** Whether there is any difference. */
export function areSame({ changed, added, removed }: Differences): boolean {
  return changed.length + added.length + removed.length === 0;
}

/** Differences named in one line. */
const NAMED = 6;

/** `parse changed (policy), alert is new, clean is gone`; empty when nothing differs. */
export function describeDifferences({ changed, added, removed }: Differences): string {
  const parts = [
    ...changed.map(({ step, what }) => `${step} changed (${what.join(", ")})`),
    ...added.map((step) => `${step} is new`),
    ...removed.map((step) => `${step} is gone`),
  ];
  const rest = parts.length - NAMED;
  return parts.slice(0, NAMED).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}

type Definition = Readonly<Record<string, unknown>>;

function definition(
  job: Omit<StoredStep, "id" | "step" | "dependencies">,
  parents: readonly (readonly [step: string | null, on: string])[],
): Definition {
  const { kind, payload, policy, queue, priority, name, tags } = job;
  return {
    "what it runs": { kind, payload },
    "dependencies": parents.map(([step, on]) => `${on} ${step}`).sort(),
    ...{ policy: withoutNull(policy), queue, priority, name, tags: [...tags].sort() },
  };
}

function differences(before: Definition, after: Definition): string[] {
  return Object.keys(after).filter((key) => canonical(before[key]) !== canonical(after[key]));
}

/** In a policy, `null` says the same as nothing at all. */
function withoutNull(policy: object): object {
  return Object.fromEntries(Object.entries(policy).filter(([, value]) => value !== null));
}

/** As JSON with sorted keys: a store may give members back in another order. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, item) => {
    if (item === null || typeof item !== "object" || Array.isArray(item)) return item;
    return Object.fromEntries(Object.entries(item).sort(([a], [b]) => a < b ? -1 : 1));
  });
}
