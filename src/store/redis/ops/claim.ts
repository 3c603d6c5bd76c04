/** Hands out ready jobs. */

import type { Claim, ClaimRequest } from "../../../core/ports.ts";
import { requestId } from "../request.ts";
import type { Redis } from "../script.ts";
import { CLAIM_SCRIPT } from "../scripts/claim.ts";
import { type ClaimedRows, toClaimed } from "./claimed.ts";
import { ms, safeJson, wellFormed } from "./text.ts";

/** What the script is told. */
interface Control {
  readonly now: string;
  readonly request: string;
  readonly worker: string;
  readonly host: string;
  /** The worker as JSON. */
  readonly info: string;
  readonly limit: number;
  readonly leaseUntil: string;
  readonly routes: readonly string[];
  readonly queues?: readonly string[];
  readonly workflow?: string;
}

interface Answer extends ClaimedRows {
  readonly nextAt: number | null;
  readonly nextRetryAt: number | null;
}

/** So that `Infinity` is a limit too. */
const MAX_LIMIT = 2 ** 31;

export async function claim(redis: Redis, request: ClaimRequest, now: number): Promise<Claim> {
  const { worker, queues, workflow } = request;
  const control: Control = {
    now: ms(now),
    request: requestId(),
    worker: wellFormed(worker.id),
    host: wellFormed(worker.host),
    info: safeJson(worker),
    limit: Math.max(0, Math.min(Math.floor(request.limit), MAX_LIMIT)),
    leaseUntil: ms(now + request.leaseMs),
    routes: request.routes,
    ...(queues === undefined ? {} : { queues }),
    ...(workflow === undefined ? {} : { workflow: String(workflow) }),
  };
  const answer = JSON.parse(await redis.script(CLAIM_SCRIPT, safeJson(control))) as Answer;
  return { jobs: toClaimed(answer), nextAt: answer.nextAt, nextRetryAt: answer.nextRetryAt };
}
