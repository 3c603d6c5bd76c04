/** Stops (or resumes) handing out jobs of a queue. */

import type { Redis } from "../script.ts";
import { PAUSE_SCRIPT } from "../scripts/pause.ts";
import { safeJson } from "./text.ts";

export async function pause(redis: Redis, queue: string, paused: boolean): Promise<void> {
  await redis.script(PAUSE_SCRIPT, safeJson({ queue, paused }));
}
