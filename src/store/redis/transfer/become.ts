/** Which store this is, and how it stands. */

import type { Identity, StoreState } from "../../../core/ports.ts";
import { requestId } from "../request.ts";
import type { Redis } from "../script.ts";
import { BASE } from "../scripts/lib/base.ts";
import { BUFFER } from "../scripts/lib/buffer.ts";
import { inAnyState } from "../reads/guard.ts";

const IDENTITY = inAnyState("identity", [BASE], "return meta[2]");

export async function identity(redis: Redis): Promise<Identity> {
  const state = await redis.script<string>(IDENTITY, "{}");
  return { id: redis.store, state: JSON.parse(state) as StoreState };
}

/** `ARGV[3]` is the state as it was seen, `ARGV[4]` the one to come. */
const BECOME = inAnyState(
  "become",
  [BASE, BUFFER],
  String.raw`
local answered = replay()
if answered then return tonumber(answered) end
if meta[2] ~= ARGV[3] then return tonumber(remember('0')) end
call('HSET', P .. ':meta', 'state', ARGV[4])
changed = true
return commit(tonumber(remember('1')))`,
);

/** Whether the state was still what it was seen to be. */
export async function become(redis: Redis, seen: StoreState, to: StoreState): Promise<boolean> {
  const control = JSON.stringify({ request: requestId() });
  return await redis.script<number>(BECOME, control, JSON.stringify(seen), JSON.stringify(to)) === 1;
}
