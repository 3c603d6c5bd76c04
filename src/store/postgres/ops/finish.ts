/** Ends attempts, if they are still who they say. */

import type { JobId } from "../../../core/job.ts";
import type { Finish, Finished } from "../../../core/ports.ts";
import { S, statusOf } from "../../codes.ts";
import type { Tx } from "../tx.ts";
import { statuses } from "./cancel.ts";
import { complete, type Completed, resultOf } from "./complete.ts";
import { endAttempts, lockRunning } from "./end_attempts.ts";
import type { Ending } from "./ending.ts";
import { toEnding } from "./outcome.ts";
import { settle } from "./settle.ts";

/** The new statuses of jobs whose end was accepted. */
type Ended = ReadonlyMap<Finish, number>;

export async function finish(tx: Tx, finishes: readonly Finish[], now: number): Promise<readonly Finished[]> {
  const told = firstOfEach(finishes);
  const completed = told.map(toCompleted);
  const ended = completed.includes(undefined)
    ? await endAny(tx, told, now)
    : await endCompleted(tx, told, completed as Completed[], now);
  // What ended stays so; anything else may have changed with the rest of the batch.
  const open = finishes.filter((item) => !isFinal(ended.get(item))).map((item) => item.id);
  const current = open.length === 0 ? undefined : await statuses(tx, open);
  return finishes.map((item): Finished => {
    const { id } = item;
    const status = isFinal(ended.get(item)) ? ended.get(item) : current?.get(id);
    return { id, accepted: ended.has(item), status: status === undefined ? null : statusOf(status) };
  });
}

function isFinal(code: number | undefined): boolean {
  return code !== undefined && code >= S.completed;
}

/** Of several ends of one attempt, the first counts. */
function firstOfEach(finishes: readonly Finish[]): readonly Finish[] {
  const seen = new Set<string>();
  return finishes.filter(({ id, attempt }) => {
    const key = `${id} ${attempt}`;
    return !seen.has(key) && seen.add(key);
  });
}

function toCompleted({ id, attempt, outcome, usage }: Finish): Completed | undefined {
  if (outcome.type !== "completed") return undefined;
  return { id, attempt, result: resultOf(outcome.result), usage };
}

/** The common case: whether they are accepted is found out by the statement that ends them. */
async function endCompleted(
  tx: Tx,
  told: readonly Finish[],
  completed: readonly Completed[],
  now: number,
): Promise<Ended> {
  const attempts = await complete(tx, completed, now);
  await settle(tx, [...attempts.keys()], now);
  return new Map(
    told.filter(({ id, attempt }) => attempts.get(id) === attempt).map((item) => [item, S.completed]),
  );
}

async function endAny(tx: Tx, told: readonly Finish[], now: number): Promise<Ended> {
  const held = await lockRunning(tx, told.map((item) => item.id));
  const endings = new Map<JobId, Ending>();
  const ended = new Map<Finish, number>();
  for (const item of told) {
    const state = held.get(item.id);
    if (state?.attempt !== item.attempt) continue;
    const ending = toEnding(item, state, now);
    endings.set(item.id, ending);
    ended.set(item, ending.status);
  }
  await endAttempts(tx, [...endings.values()], now);
  return ended;
}
