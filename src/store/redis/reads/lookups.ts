/** Lanes and policies, which jobs name by their numbers. They never change, so that each is read once. */

import type { Policy } from "../../../core/job.ts";
import { JOB } from "../keys.ts";
import type { Redis } from "../script.ts";
import { BASE } from "../scripts/lib/base.ts";
import { inAnyState } from "./guard.ts";

/** One pair of queue and route. */
export interface Lane {
  readonly queue: string;
  readonly kind: string;
  readonly route: string;
}

/** By their numbers. */
export interface Lookups {
  readonly lanes: ReadonlyMap<string, Lane>;
  readonly policies: ReadonlyMap<string, Policy>;
}

interface Known extends Lookups {
  readonly lanes: Map<string, Lane>;
  readonly policies: Map<string, Policy>;
}

const LOOK_UP = inAnyState(
  "look up",
  [BASE],
  String.raw`
local lanes, policies = {}, {}
for i, lane in ipairs(A.lanes) do lanes[i] = call('HMGET', P .. ':lane:' .. lane, 'queue', 'kind', 'route') end
for i, policy in ipairs(A.policies) do policies[i] = call('HGET', P .. ':policies', policy) end
return { lanes, policies }`,
);

const known = new WeakMap<Redis, Known>();

/** What these jobs need, given their fields. */
export async function lookUp(
  redis: Redis,
  jobs: readonly ReadonlyMap<string, string>[],
): Promise<Lookups> {
  const found = knownTo(redis);
  const lanes = new Set<string>();
  const policies = new Set<string>();
  for (const fields of jobs) {
    const lane = fields.get(JOB.lane)!;
    const policy = fields.get(JOB.policy)!;
    if (!found.lanes.has(lane)) lanes.add(lane);
    if (!found.policies.has(policy)) policies.add(policy);
  }
  if (lanes.size > 0 || policies.size > 0) await load(redis, found, [...lanes], [...policies]);
  return found;
}

function knownTo(redis: Redis): Known {
  let found = known.get(redis);
  if (found === undefined) known.set(redis, found = { lanes: new Map(), policies: new Map() });
  return found;
}

async function load(
  redis: Redis,
  found: Known,
  lanes: readonly string[],
  policies: readonly string[],
): Promise<void> {
  const reply = await redis.script<[readonly [string, string, string][], readonly string[]]>(
    LOOK_UP,
    JSON.stringify({ lanes, policies }),
  );
  reply[0].forEach(([queue, kind, route], index) => found.lanes.set(lanes[index]!, { queue, kind, route }));
  reply[1].forEach((policy, index) => found.policies.set(policies[index]!, JSON.parse(policy) as Policy));
}
