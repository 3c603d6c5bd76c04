/**
 * The stores on servers, with their drivers, named literally: `late.ts` imports them when one is used, and this file
 * tells those who must know in advance. No program imports it at its start.
 */

import type { PostgresModule, RedisModule } from "./open.ts";
import * as postgres from "./postgres/open.ts";
import * as redis from "./redis/open.ts";

export const SERVERS: { readonly postgres: PostgresModule; readonly redis: RedisModule } = {
  postgres,
  redis,
};
