/**
 * Numbers of jobs are never given twice, also when a server has lost its last moments: to a power cut with
 * `appendfsync everysec`, or to a failover to a replica that was behind. A worker that lives on would end a new job by the
 * number of the one that it has in its hands. So numbers leap when another run of a server is met, further than any server
 * gives them in what it can lose.
 */

import type { Connection } from "./connection.ts";

const LEAP = 100_000;

/** Lua: what names this run of the server; `nil` where the user may not ask. */
export const RUN_OF_SERVER = `
local function run_of_server()
  local info = redis.pcall('INFO', 'server')
  return type(info) == 'string' and info:match('run_id:(%x+)') or nil
end`;

/** Lua, with the key of the book: writes only where it must. */
const MEET = `${RUN_OF_SERVER}
if redis.call('TYPE', KEYS[1]).ok ~= 'hash' then return end
local run, met = run_of_server(), redis.call('HGET', KEYS[1], 'server')
if run == nil or run == met then return end
-- See evenWhenFull.
redis.call('DEL', KEYS[1] .. ':full')
redis.call('HSET', KEYS[1], 'server', run)
if met then redis.call('HINCRBY', KEYS[1], 'job', ${LEAP}) end`;

/** To be called on each new connection, before anything is stored by way of it. */
export async function meetServer(connection: Connection, prefix: string): Promise<void> {
  try {
    await connection.call(false, "EVAL", [MEET, 1, `${prefix}:meta`]);
  } catch (error) {
    // Who may not run scripts stores nothing, and hears of it when trying to.
    if (!(error instanceof Error && error.message.startsWith("NOPERM"))) throw error;
  }
}
