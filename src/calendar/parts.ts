/**
 * What reading schedules takes, with its libraries, named literally: `late.ts` imports these modules when one is needed,
 * and this file tells those who must know in advance. No program imports it at its start.
 */

import "./cron/check.ts";
import "./describe.ts";
import "./explain.ts";
import "./phrase.ts";
import "./read.ts";
import "./when/typed.ts";
import * as cron from "./cron/pattern.ts";
import * as events from "./ical/events.ts";
import * as reduce from "./ical/reduce.ts";
import type { CronModule, EventsModule, ReduceModule } from "./modules.ts";

export const PARTS: CronModule & EventsModule & ReduceModule = { ...cron, ...events, ...reduce };
