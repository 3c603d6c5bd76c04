/**
 * What reading schedules takes, with its libraries, named literally: `late.ts` imports these modules when one is needed,
 * and this file tells those who must know in advance. No program imports it at its start.
 */

export * as cron from "./cron/pattern.ts";
export * as read from "./read.ts";
export * as typed from "./when/typed.ts";
