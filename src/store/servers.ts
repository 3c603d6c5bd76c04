/**
 * The stores on servers, with their drivers, named literally: `late.ts` imports them when one is used, and this file
 * tells those who must know in advance. No program imports it at its start.
 */

export { openPostgres } from "./postgres/open.ts";
export { openRedis } from "./redis/open.ts";
