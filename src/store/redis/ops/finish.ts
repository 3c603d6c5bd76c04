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
  const answers = unfold(await redis.script<string>(FINISH_SCRIPT, control, ...args));
  return finishes.map(({ id }, at): Finished => {
    const [accepted, status] = answers[at]!;
    return { id, accepted: accepted === "1", status: statusOf(status!) };
  });
}

/** `143,052`: three times `14` (accepted, and its status), then `05` twice. Kept by the server, so it is short. */
function unfold(answer: string): string[] {
  if (answer === "") return [];
  return answer.split(",").flatMap((run) => Array<string>(Number(run.slice(2))).fill(run.slice(0, 2)));
}
