/** Checkpoints: what attempts save for the ones after them. */

import type { Checkpoint, JobId } from "../../../core/job.ts";
import type { Json } from "../../../core/json.ts";
import type { Redis } from "../script.ts";
import { reading } from "./guard.ts";
import { toFields } from "./job.ts";

const CHECKPOINTS = reading(
  "checkpoints",
  String.raw`
local saved = {}
for i, id in ipairs(A.ids) do saved[i] = call('HGETALL', P .. ':saved:' .. id) end
return saved`,
);

/** Before the key of a step. */
const STEP = "s:";

export async function checkpoints(
  redis: Redis,
  ids: readonly JobId[],
): Promise<ReadonlyMap<JobId, Checkpoint>> {
  if (ids.length === 0) return new Map();
  const saved = await redis.script<readonly (readonly string[])[]>(
    CHECKPOINTS,
    JSON.stringify({ ids: ids.map(String) }),
  );
  return new Map(ids.flatMap((id, index) => {
    const checkpoint = toCheckpoint(saved[index]!);
    return checkpoint === null ? [] : [[id, checkpoint] as const];
  }));
}

/** `null` where nothing was saved. */
export function toCheckpoint(flat: readonly string[]): Checkpoint | null {
  if (flat.length === 0) return null;
  const fields = toFields(flat);
  const steps = [...fields].filter(([name]) => name.startsWith(STEP))
    .map(([name, value]) => [name.slice(STEP.length), JSON.parse(value) as Json] as const);
  return {
    value: JSON.parse(fields.get("value") ?? "null") as Json,
    steps: Object.fromEntries(steps),
    attempt: Number(fields.get("attempt")),
    at: Number(fields.get("at")),
  };
}
