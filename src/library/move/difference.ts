/** Says in words where two stores differ. */

import { formatCause } from "../../core/cause.ts";
import type { TransferRecord } from "../../core/ports.ts";
import type { Line } from "./lines.ts";

/** The first lines that differ; absent: one side had ended. */
export interface Difference {
  readonly source: Line | undefined;
  readonly target: Line | undefined;
}

/** `job 17 differs in "status"`, `job 17 is missing`, `job 17 is too much`. */
export function describe({ source, target }: Difference): string {
  const [wanted, found] = [source, target].map((line) => line === undefined ? null : nameOf(line.record));
  if (wanted === found) {
    return `${wanted} differs in ${JSON.stringify(firstMember(source!.text, target!.text))}`;
  }
  if (wanted === null || wanted === undefined) return `${found} is there, and not in the source`;
  return found === null ? `${wanted} is missing` : `${found} is there where ${wanted} should be`;
}

function nameOf(record: TransferRecord): string {
  switch (record.type) {
    case "job":
      return `job ${record.job.id}`;
    case "run":
      return `run ${record.run.id}`;
    case "cause":
      return `cause ${formatCause(record.cause.id)}`;
    case "queue":
      return `the pause of queue ${record.queue}`;
    case "log": {
      const { id, attempt, seq } = record.chunk;
      return `piece ${seq} of the output of job ${id}, attempt ${attempt}`;
    }
    case "counters":
      return "the last ids that were given";
  }
}

/** The name of the first member that differs, within the one that differs: `status`. */
function firstMember(a: string, b: string): string {
  return within(JSON.parse(a), JSON.parse(b)) ?? "";
}

type Members = readonly (readonly [string, unknown])[];

function within(a: unknown, b: unknown): string | undefined {
  if (!isMembers(a) || !isMembers(b)) return undefined;
  const others = new Map(b);
  const differing = a.find(([key, value]) => JSON.stringify(value) !== JSON.stringify(others.get(key)));
  if (differing === undefined) return b.find(([key]) => !a.some(([name]) => name === key))?.[0];
  return within(differing[1], others.get(differing[0])) ?? differing[0];
}

function isMembers(value: unknown): value is Members {
  return Array.isArray(value) && value.length > 0 &&
    value.every((item) => Array.isArray(item) && item.length === 2 && typeof item[0] === "string");
}
