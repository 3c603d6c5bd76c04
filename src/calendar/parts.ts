/**
 * What reading schedules takes, with its libraries, named literally: `late.ts` imports these modules when one is needed,
 * and this file tells those who must know in advance. No program imports it at its start.
 */

export * as check from "./cron/check.ts";
export * as cron from "./cron/pattern.ts";
export * as describe from "./describe.ts";
export * as explain from "./explain.ts";
export * as events from "./ical/events.ts";
export * as reduce from "./ical/reduce.ts";
export * as phrase from "./phrase.ts";
export * as read from "./read.ts";
export * as typed from "./when/typed.ts";
