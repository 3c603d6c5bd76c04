/** Jobs on their way into the store: a frame is what they have in common, so that a bulk submit says it once. */

import { type NewJob, routeOf, type Rule, type Unique } from "../../../core/job.ts";
import { ms, safeJson, wellFormed } from "./text.ts";

/** All but the payload, as a script takes it; what is not there is absent. */
export interface Frame {
  readonly queue: string;
  readonly route: string;
  readonly kind: string;
  /** JSON `[queue, route, kind]`. */
  readonly lane: string;
  /** JSON. */
  readonly policy: string;
  readonly priority: string;
  readonly name?: string;
  /** JSON. */
  readonly tags?: string;
  readonly runAt?: string;
  readonly expiresAt?: string;
  readonly step?: string;
  readonly key?: string;
  /** See `JOB.uniqueScope`. */
  readonly scope?: string;
  /** Its edges: `12s` to job 12, `#3s` to the fourth job of the batch. */
  readonly after?: readonly string[];
}

export const RULES: Readonly<Record<Rule, string>> = { success: "s", failure: "f", finished: "x" };

export function toFrame(job: NewJob): Frame {
  const { kind, name, priority, tags, runAt, expiresAt, unique, after, step, policy } = job;
  const queue = wellFormed(job.queue);
  const route = wellFormed(routeOf(job));
  return {
    queue,
    route,
    kind: wellFormed(kind),
    lane: safeJson([queue, route, kind]),
    policy: JSON.stringify(policy),
    priority: String(priority),
    ...(name === null ? {} : { name: wellFormed(name) }),
    ...(tags.length === 0 ? {} : { tags: safeJson(tags) }),
    ...(runAt === null ? {} : { runAt: ms(runAt) }),
    ...(expiresAt === null ? {} : { expiresAt: ms(expiresAt) }),
    ...(step === null ? {} : { step: wellFormed(step) }),
    ...(unique === null ? {} : { key: wellFormed(unique.key), scope: scopeCode(unique.scope) }),
    ...(after.length === 0 ? {} : {
      after: after.map((edge) => ("id" in edge ? String(edge.id) : `#${edge.index}`) + RULES[edge.on]),
    }),
  };
}

export function scopeCode(scope: Unique["scope"]): string {
  if (scope === "unfinished") return "-1";
  return scope === "always" ? "-2" : String(Math.max(0, Math.round(scope)));
}

/** Whether two jobs have one frame: the common case of a bulk submit, recognised without making a frame of each. */
export function hasSameFrame(a: NewJob, b: NewJob): boolean {
  return a.kind === b.kind && a.queue === b.queue && a.policy === b.policy && a.priority === b.priority &&
    a.name === b.name && a.runAt === b.runAt && a.expiresAt === b.expiresAt && a.step === b.step &&
    a.tags.length === 0 && b.tags.length === 0 && a.after.length === 0 && b.after.length === 0 &&
    a.unique === null && b.unique === null && (a.kind !== "function" || a.payload.task === b.payload.task);
}
