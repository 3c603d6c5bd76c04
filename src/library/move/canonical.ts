/**
 * Records as text that is the same whichever store they come from: members in the order of their names, bytes as Base64,
 * and without what may differ.
 */

import type { JobRecord, TransferRecord } from "../../core/ports.ts";

/**
 * A record as one line; `null` for one that means nothing. What is left out or made equal:
 *
 * - `counts` of a run and `failed` of a cause, which are counted from the jobs,
 * - that a job is running, and asked to stop: it arrives as one that is ready (only a copy finds running jobs),
 * - queues that are not paused, which are those that no record tells of.
 */
export function toLine(record: TransferRecord): string | null {
  switch (record.type) {
    case "job":
      return lineOf({ ...record, job: arrived(record.job) });
    case "run": {
      const { counts: _, ...run } = record.run;
      return lineOf({ type: record.type, run });
    }
    case "cause": {
      const { failed: _, ...cause } = record.cause;
      return lineOf({ type: record.type, cause });
    }
    case "queue":
      return record.paused ? lineOf(record) : null;
    default:
      return lineOf(record);
  }
}

function arrived(job: JobRecord["job"]): JobRecord["job"] {
  return job.status === "running" ? { ...job, status: "ready", cancelRequested: false } : job;
}

/** Thousands of jobs share a policy, and some stores give the very object. */
const policies = new WeakMap<object, string>();

/** JSON with the members of every object in the order of their names. */
function lineOf(value: unknown): string {
  if (typeof value !== "object" || value === null) {
    return value === Infinity ? '"Infinity"' : JSON.stringify(value);
  }
  if (value instanceof Uint8Array) return `"${value.toBase64()}"`;
  if (Array.isArray(value)) return `[${value.map(lineOf).join(",")}]`;
  const members: string[] = [];
  for (const key of Object.keys(value).sort()) {
    const member = (value as Record<string, unknown>)[key];
    if (member === undefined) continue;
    members.push(`${JSON.stringify(key)}:${key === "policy" ? policyOf(member) : lineOf(member)}`);
  }
  return `{${members.join(",")}}`;
}

function policyOf(policy: unknown): string {
  if (typeof policy !== "object" || policy === null) return lineOf(policy);
  let text = policies.get(policy);
  if (text === undefined) policies.set(policy, text = lineOf(policy));
  return text;
}
