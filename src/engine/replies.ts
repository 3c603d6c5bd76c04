/** What a store says of finishes, matched to the attempts that they belong to. */

import type { AttemptOutcome } from "../core/job.ts";
import type { Finish, Finished, Outcome, Store, WorkerInfo } from "../core/ports.ts";
import type { Attempt } from "./attempt.ts";

/** Whether the replies stand in the order of the batch, as stores give them, and say all there is to say. */
export function areClear(batch: readonly Attempt[], replies: readonly Finished[]): boolean {
  return batch.length === replies.length && replies.every(({ id, accepted }, i) => {
    const { job, isInDoubt } = batch[i]!;
    return id === job.id && (accepted || !isInDoubt);
  });
}

/**
 * The replies in the order of the batch. One that refuses a finish which was sent before without an answer is looked
 * into: the store may have taken it then.
 */
export async function matchReplies(
  batch: readonly Attempt[],
  replies: readonly Finished[],
  store: Store,
  worker: WorkerInfo,
): Promise<readonly Finished[]> {
  const byId = new Map(replies.map((reply) => [reply.id, reply]));
  return await Promise.all(batch.map(async ({ job: { id }, finish, isInDoubt }): Promise<Finished> => {
    const reply = byId.get(id) ?? { id, accepted: false, status: null };
    if (!isInDoubt || reply.accepted || finish === null) return reply;
    return { ...reply, accepted: await wasTaken(finish, store, worker) };
  }));
}

async function wasTaken(finish: Finish, store: Store, worker: WorkerInfo): Promise<boolean> {
  try {
    const record = (await store.attempts(finish.id)).find(({ number }) => number === finish.attempt);
    return record?.worker === worker.id && record.outcome === nameOf(finish.outcome);
  } catch {
    // What is told and counted depends on it, and nothing else.
    return false;
  }
}

function nameOf(outcome: Outcome): AttemptOutcome {
  return outcome.type === "failed" ? outcome.reason : outcome.type;
}
