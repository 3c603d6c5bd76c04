/** Random jobs and workflows. */

import type { JobId, NewDependency, NewJob, Policy, Rule, Unique } from "../../src/core/job.ts";
import type { Plan } from "./bodies.ts";
import type { Chance } from "./chance.ts";

export const QUEUES = ["mail", "reports", "default"];

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const RULES: readonly Rule[] = ["success", "success", "failure", "finished"];

/** A few jobs; some wait for jobs that are stored already. */
export function randomJobs(chance: Chance, now: number, known: readonly JobId[]): NewJob[] {
  return Array.from({ length: chance.int(1, 6) }, () => {
    const after = known.length > 0 && chance.happens(0.1) ? [edge(chance, { id: chance.pick(known) })] : [];
    return randomJob(chance, now, { after });
  });
}

/** The steps of a workflow, each after some of those before it. */
export function randomWorkflow(chance: Chance, now: number): NewJob[] {
  return Array.from({ length: chance.int(2, 7) }, (_, at) => {
    const after = Array.from({ length: at }, (_, index) => index)
      .filter(() => chance.happens(0.5))
      .map((index) => edge(chance, { index }));
    return randomJob(chance, now, { after, step: `step${at}` });
  });
}

function edge(chance: Chance, parent: { readonly id: JobId } | { readonly index: number }): NewDependency {
  return { ...parent, on: chance.pick(RULES) };
}

/** A job of any kind. */
export function randomJob(chance: Chance, now: number, rest: Partial<NewJob>): NewJob {
  return {
    kind: chance.pick(["inline", "process"]),
    payload: { ...randomPlan(chance) },
    policy: randomPolicy(chance),
    name: null,
    queue: chance.pick(QUEUES),
    priority: chance.int(-2, 2),
    tags: [],
    runAt: chance.happens(0.2) ? now + chance.spread(SECOND, 6 * HOUR) : null,
    expiresAt: chance.happens(0.1) ? now + chance.spread(MINUTE, 6 * HOUR) : null,
    unique: chance.happens(0.1) ? randomUnique(chance) : null,
    after: [],
    step: null,
    ...rest,
  };
}

function randomUnique(chance: Chance): Unique {
  const scope = chance.pick<Unique["scope"]>(["unfinished", "always", HOUR]);
  return { key: `${scope} ${chance.int(1, 5)}`, scope };
}

function randomPlan(chance: Chance): Plan {
  return {
    workMs: chance.happens(0.05) ? 0 : chance.spread(10, 20 * MINUTE),
    manner: chance.pick(["hears", "hears", "hears", "ignores", "hangs"]),
    failures: chance.pick([0, 0, 0, 1, 2, 9]),
    permanent: chance.happens(0.05),
  };
}

/** Every job that hangs has a timeout: nothing else would end it. */
function randomPolicy(chance: Chance): Policy {
  const baseMs = chance.spread(SECOND, 10 * MINUTE);
  return {
    maxAttempts: chance.int(1, 5),
    backoff: {
      kind: chance.pick(["fixed", "linear", "exponential"]),
      baseMs,
      capMs: baseMs * chance.int(1, 8),
      jitter: chance.pick(["none", "full", "equal"]),
    },
    timeoutMs: chance.spread(MINUTE, HOUR),
    graceMs: chance.spread(SECOND, MINUTE),
  };
}
