/** Running attempts by the end of their lease, by host, or by either. */

import type { Policy } from "../../../core/job.ts";
import type { Lease, ProcessInfo, WorkerInfo } from "../../../core/ports.ts";
import type { Redis } from "../script.ts";
import { LEASES_SCRIPT } from "../scripts/leases.ts";
import { wellFormed } from "./text.ts";

type LeaseRow = readonly [
  id: number,
  attempt: number,
  failures: number,
  firstStartedAt: number,
  lane: number,
  name: string | null,
  policy: number,
  leaseUntil: number,
  worker: string,
  process: ProcessInfo | null,
];

interface Answer {
  readonly leases: readonly LeaseRow[];
  readonly lanes: Readonly<Record<number, readonly [queue: string, kind: string]>>;
  readonly policies: Readonly<Record<number, Policy>>;
  readonly workers: readonly (WorkerInfo | null)[];
}

export async function leases(
  redis: Redis,
  { expiredBy, host }: { readonly expiredBy?: number; readonly host?: string },
): Promise<readonly Lease[]> {
  const control = {
    ...(expiredBy === undefined ? {} : { expiredBy: String(expiredBy) }),
    ...(host === undefined ? {} : { host: wellFormed(host) }),
  };
  const answer = JSON.parse(await redis.script<string>(LEASES_SCRIPT, JSON.stringify(control))) as Answer;
  const workers = new Map(answer.workers.map((worker) => [worker?.id, worker]));
  return answer.leases
    .map((
      [id, attempt, failures, firstStartedAt, lane, name, policy, leaseUntil, worker, process],
    ): Lease => ({
      ...{ id, attempt, failures, firstStartedAt, name, leaseUntil, process },
      queue: answer.lanes[lane]![0],
      kind: answer.lanes[lane]![1],
      policy: answer.policies[policy]!,
      worker: workers.get(worker) ?? null,
    }))
    .sort((a, b) => a.id - b.id);
}
