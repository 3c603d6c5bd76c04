/**
 * The stores on servers, with their drivers, and what moves a queue or keeps its schedules, named literally: `late.ts`
 * imports them when one is used, and this file tells those who must know in advance. No program imports it at its start.
 */

import "./sqlite/schedules/ops.ts";
import "./sqlite/transfer/ops.ts";
import type { PostgresDoctor, RedisDoctor } from "./check.ts";
import type { PostgresModule, RedisModule } from "./open.ts";
import * as postgresDoctor from "./postgres/doctor/doctor.ts";
import * as postgres from "./postgres/open.ts";
import * as redisDoctor from "./redis/doctor/doctor.ts";
import * as redis from "./redis/open.ts";

export const SERVERS: {
  readonly postgres: PostgresModule & PostgresDoctor;
  readonly redis: RedisModule & RedisDoctor;
} = {
  postgres: { ...postgres, ...postgresDoctor },
  redis: { ...redis, ...redisDoctor },
};
