/** Which store lies under a prefix: made at the first opening, found at every later one. */

import { ConfigError, UnavailableError } from "../../core/errors.ts";
import type { StoreState } from "../../core/ports.ts";
import { nameOf } from "./errors.ts";
import type { Line } from "./line.ts";
import type { Script } from "./script.ts";
import { RUN_OF_SERVER } from "./server_run.ts";

/**
 * The layout of keys and values that this GigQ writes. 2 came with schedules; a store of 1 is one of 2 that has none, and
 * becomes one with its first.
 */
export const SCHEMA_VERSION = 2;

/** One step, so that of many first openings one makes the store and all get it. */
const OPEN: Script = {
  name: "open",
  lua: `${RUN_OF_SERVER}
    local key = KEYS[1] .. ':meta'
    local kind = redis.call('TYPE', key).ok
    if kind ~= 'none' and kind ~= 'hash' then return { 'foreign', kind } end
    if kind == 'none' and ARGV[2] ~= '' then
      redis.call('HSET', key, 'id', ARGV[2], 'schema', ARGV[3], 'state', ARGV[4])
      local run = run_of_server()
      if run then redis.call('HSET', key, 'server', run) end
    end
    return redis.call('HMGET', key, 'id', 'schema', 'state')`,
};

const OPEN_STATE: StoreState = { type: "open" };

/**
 * The id of the store, which is made where there is none.
 *
 * @throws {UnavailableError} When there is none and `create` is `false`
 * @throws {ConfigError} When a newer GigQ made it, or the keys are not those of GigQ
 */
export async function openIdentity(line: Line, create: boolean): Promise<string> {
  const made = create ? crypto.randomUUID() : "";
  const [id, schema] = await line.script<readonly (string | null)[]>(
    OPEN,
    made,
    SCHEMA_VERSION,
    JSON.stringify(OPEN_STATE),
  );
  const at = nameOf(line.url);
  if (id === null && schema === null) {
    throw new UnavailableError(`${at} holds no queue`, {
      hint: "Submit a job, which makes one, or correct the address",
    });
  }
  if (id === undefined || id === null || !/^\d+$/.test(schema ?? "")) {
    throw new ConfigError(`${at} holds keys that GigQ did not write`, {
      hint: "Choose another prefix with ?prefix=",
    });
  }
  if (Number(schema) > SCHEMA_VERSION) {
    throw new ConfigError(
      `${at} was made by a newer GigQ: its schema is ${schema}, this one knows ${SCHEMA_VERSION}`,
      {
        hint: "Use that GigQ, or a newer one",
      },
    );
  }
  return id;
}
