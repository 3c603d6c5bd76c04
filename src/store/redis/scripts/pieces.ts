/** The pieces that many scripts share, in an order in which they can be used. */

import { ATTEMPT } from "./lib/attempt.ts";
import { BASE } from "./lib/base.ts";
import { BUFFER } from "./lib/buffer.ts";
import { CAUSE } from "./lib/cause.ts";
import { ENQUEUE } from "./lib/enqueue.ts";
import { FORGET } from "./lib/forget.ts";
import { JOB_LIB } from "./lib/job.ts";
import { MOVE } from "./lib/move.ts";
import { SETTLE } from "./lib/settle.ts";
import { UNIQUE } from "./lib/unique.ts";

/** Jobs, one by one. */
export const JOBS: readonly string[] = [BASE, BUFFER, JOB_LIB, MOVE];
/** How jobs end. */
export const ENDS: readonly string[] = [...JOBS, SETTLE];
/** How jobs begin. */
export const STARTS: readonly string[] = [...JOBS, UNIQUE, ENQUEUE];
/** How attempts end. */
export const ATTEMPTS: readonly string[] = [...STARTS, SETTLE, CAUSE, ATTEMPT, FORGET];
