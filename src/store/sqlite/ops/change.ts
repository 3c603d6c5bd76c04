/** What people do to jobs and queues. */

export { cancel } from "./cancel.ts";
export { pause } from "./pause.ts";
export { remove } from "./remove.ts";
export { requeue } from "./requeue.ts";
