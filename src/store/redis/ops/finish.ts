/** Ends attempts, if they are still who they say. */

import type { Finish, Finished } from "../../../core/ports.ts";
import { requestId } from "../request.ts";
import type { Redis } from "../script.ts";
import { FINISH_SCRIPT } from "../scripts/finish.ts";
import { toEnd } from "./end.ts";
import { statusOf } from "./status.ts";
import { ms } from "./text.ts";

export async function finish(
  redis: Redis,
  finishes: readonly Finish[],
  now: number,
): Promise<readonly Finished[]> {
  const control = JSON.stringify({ now: ms(now), request: requestId() });
  const args = finishes.flatMap(({ id, attempt, outcome, usage }) => [
    id,
    attempt,
    ...toEnd(id, outcome, usage),
  ]);
  // Two characters each: whether it was accepted, and the status.
  const answer = await redis.script<string>(FINISH_SCRIPT, control, ...args);
  return finishes.map(({ id }, at): Finished => ({
    id,
    accepted: answer[2 * at] === "1",
    status: statusOf(answer[2 * at + 1]!),
  }));
}
