/** What `queue.schedules` is made of, named literally: `late.ts` imports it when it is asked for. */

export * as calendar from "../../calendar/parts.ts";
export * as operations from "./operations.ts";
export * as tick from "./tick.ts";
