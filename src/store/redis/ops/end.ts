/** The end of an attempt as scripts take it. */

import type { JobError } from "../../../core/job.ts";
import type { Outcome, Usage } from "../../../core/ports.ts";
import { type Frame, toFrame } from "./frame.ts";
import { ms, safeJson, wellFormed } from "./text.ts";

/** What a script must know of an attempt that did not just complete; what is not there is absent. */
interface Detail {
  readonly type: Outcome["type"];
  /** JSON. */
  readonly error?: string;
  readonly cause?: { readonly fingerprint: string; readonly class: string; readonly message: string };
  /** JSON. */
  readonly decision?: string;
  /** When it runs again. */
  readonly at?: string;
  readonly reason?: string;
  readonly dead?: true;
  /** Whether the queue is paused. */
  readonly pause?: true;
  readonly follow?: { readonly frames: readonly Frame[]; readonly payloads: readonly string[] };
}

export const NO_USAGE: Usage = { wallMs: null, cpuMs: null, maxRssBytes: null, exitCode: null, signal: null };

/**
 * Outcome, usage and detail. The usage is the inner text of a JSON array: that of an attempt that completed ends where
 * nothing but nulls would follow. The detail of one is its result as JSON, empty for null.
 */
export function toEnd(id: number, outcome: Outcome, usage: Usage): readonly [string, string, string] {
  const figures = [usage.wallMs, usage.cpuMs, usage.maxRssBytes, usage.exitCode, usage.signal];
  if (outcome.type === "completed") {
    const known = figures.slice(0, figures.findLastIndex((figure) => figure !== null) + 1);
    const result = JSON.stringify(outcome.result ?? null);
    return ["completed", JSON.stringify(known).slice(1, -1), result === "null" ? "" : result];
  }
  const name = outcome.type === "failed" ? outcome.reason : outcome.type;
  return [name, JSON.stringify(figures).slice(1, -1), safeJson(toDetail(id, outcome))];
}

function toDetail(id: number, outcome: Exclude<Outcome, { readonly type: "completed" }>): Detail {
  const { type } = outcome;
  if (type === "released") return { type };
  const base: Detail = { type, ...errorOf(outcome.error) };
  if (type === "cancelled") return base;
  const { decision } = outcome;
  const decided: Detail = decision === undefined ? base : { ...base, decision: JSON.stringify(decision) };
  if (type === "ignored") return decided;
  if (type === "snoozed") {
    return { ...decided, at: ms(outcome.runAt), ...(outcome.pauseQueue ? { pause: true } : {}) };
  }
  const { retryAt, dead = false, follow = [], reason } = outcome;
  return {
    ...decided,
    ...(retryAt === null ? { reason, ...(dead ? { dead } : {}) } : { at: ms(retryAt) }),
    ...(follow.length === 0 ? {} : {
      follow: {
        frames: follow.map((job) => toFrame({ ...job, after: [{ id, on: "finished" }] })),
        payloads: follow.map((job) => JSON.stringify(job.payload)),
      },
    }),
  };
}

function errorOf(error: JobError | null): Pick<Detail, "error" | "cause"> {
  if (error === null) return {};
  const text = JSON.stringify(error);
  const { fingerprint } = error;
  if (fingerprint === undefined) return { error: text };
  return {
    error: text,
    cause: { fingerprint, class: wellFormed(error.class), message: wellFormed(error.message) },
  };
}
