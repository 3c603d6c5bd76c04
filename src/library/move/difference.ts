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
    case "schedule":
      return `schedule "${record.schedule.name}"`;
    case "firing":
      return `slot ${new Date(record.firing.slot).toISOString()} of schedule ${record.firing.schedule}`;
    case "counters":
      return "the last ids that were given";
  }
}

/** The name of the first member that differs, within the one that differs: `status`. */
function firstMember(a: string, b: string): string {
  return within(JSON.parse(a), JSON.parse(b)) ?? "";
}

function within(a: unknown, b: unknown): string | undefined {
  if (!isObject(a) || !isObject(b)) return undefined;
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  const name = names.find((key) => JSON.stringify(a[key]) !== JSON.stringify(b[key]));
  return name === undefined ? undefined : within(a[name], b[name]) ?? name;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
