/** The modules that `late.ts` imports when `queue.schedules` is used, named literally: see `schedules.ts`. */

export * as calendar from "../../calendar/parts.ts";
export * as operations from "./operations.ts";
export * as tick from "./tick.ts";
