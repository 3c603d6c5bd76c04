/**
 * Numbers of jobs and schedules are never given twice, also when a server has lost its last moments: to a power cut with
 * `appendfsync everysec`, or to a failover to a replica that was behind. A worker that lives on would end a new job by the
 * number of the one that it has in its hands. So numbers leap when another run of a server is met, further than any server
 * gives them in what it can lose.
 *
 * Versions of schedules leap as well: a step that was made from a lost version must not be taken for one from the version
 * that has its number by now.
 */

import type { Connection } from "./connection.ts";

const LEAP = 100_000;

/** Lua: what names this run of the server; `nil` where the user may not ask. */
export const RUN_OF_SERVER = `
local function run_of_server()
  local info = redis.pcall('INFO', 'server')
  return type(info) == 'string' and info:match('run_id:(%x+)') or nil
end`;

/** Lua, with the prefix: writes only where it must. */
const MEET = `${RUN_OF_SERVER}
local meta = KEYS[1] .. ':meta'
if redis.call('TYPE', meta).ok ~= 'hash' then return end
local run, met = run_of_server(), redis.call('HGET', meta, 'server')
if run == nil or run == met then return end
-- See evenWhenFull.
redis.call('DEL', KEYS[1] .. ':full')
redis.call('HSET', meta, 'server', run)
if not met then return end
redis.call('HINCRBY', meta, 'job', ${LEAP})
redis.call('HINCRBY', meta, 'schedule', ${LEAP})
for _, id in ipairs(redis.call('HVALS', KEYS[1] .. ':schedules')) do
  redis.call('HINCRBY', KEYS[1] .. ':schedule:' .. id, 'version', ${LEAP})
end`;

/** To be called on each new connection, before anything is stored by way of it. */
export async function meetServer(connection: Connection, prefix: string): Promise<void> {
  try {
    await connection.call(false, "EVAL", [MEET, 1, prefix]);
  } catch (error) {
    // Who may not run scripts stores nothing, and hears of it when trying to.
    if (!(error instanceof Error && error.message.startsWith("NOPERM"))) throw error;
  }
}
