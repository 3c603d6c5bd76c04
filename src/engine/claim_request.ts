/** What a worker asks for. */

import type { ClaimRequest } from "../core/ports.ts";
import type { EngineOptions } from "./options.ts";

/** Every claim of a worker, but for how many jobs it has room for. */
export function claimRequest(
  { worker, leaseMs, runners, queues, workflow }: EngineOptions,
): Omit<ClaimRequest, "limit"> {
  return {
    worker,
    leaseMs,
    routes: [...new Set(runners.flatMap((runner) => runner.routes))],
    ...(queues && { queues }),
    ...(workflow && { workflow }),
  };
}
