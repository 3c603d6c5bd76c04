/** What people do to jobs and queues. */

export { cancel } from "./cancel.ts";
export { mute } from "./causes.ts";
export { dismiss } from "./dismiss.ts";
export { pause } from "./pause.ts";
export { remove } from "./remove.ts";
export { requeue } from "./requeue.ts";
