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

function lineOf(value: unknown): string {
  return JSON.stringify(sorted(value));
}

function sorted(value: unknown): unknown {
  if (value === Infinity) return "Infinity";
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Uint8Array) return value.toBase64();
  if (Array.isArray(value)) return value.map(sorted);
  // Entries, not an object: names that look like numbers would come first in one.
  return Object.keys(value).sort().flatMap((key) => {
    const member = (value as Record<string, unknown>)[key];
    return member === undefined ? [] : [[key, sorted(member)]];
  });
}
