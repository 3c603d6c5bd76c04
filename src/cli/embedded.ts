/**
 * Every command of the tree, and whatever else is imported late, named literally: `deno compile` embeds them by
 * this file, and `deno check` and the tests reach them by it. No program imports it, because then all of it would
 * load at every start (see `tree.ts`).
 */

// The native driver asks for it by name at run time: see `store/sqlite/drivers/ffi.ts`.
import "@db/sqlite";

// What `importLate` is asked for besides commands.
import "../calendar/parts.ts";
import "../calendar/when.ts";
import "../library/probe.ts";
import "../store/servers.ts";
import "./help.ts";
import "./job_settings.ts";
import "./moments.ts";
import "./settings_file.ts";

export { default as backup } from "./commands/backup.ts";
export { default as batch } from "./commands/batch.ts";
export { default as cancel } from "./commands/cancel.ts";
export { default as clear } from "./commands/clear.ts";
export { default as complete } from "./commands/complete.ts";
export { default as completions } from "./commands/completions.ts";
export { default as dead } from "./commands/dead.ts";
export { default as doctor } from "./commands/doctor.ts";
export { default as errors } from "./commands/errors.ts";
export { default as help } from "./commands/help.ts";
export { default as list } from "./commands/list.ts";
export { default as logs } from "./commands/logs.ts";
export { default as map } from "./commands/map.ts";
export { default as move } from "./commands/move.ts";
export { default as policy } from "./commands/policy.ts";
export { default as queue } from "./commands/queue.ts";
export { default as requeue } from "./commands/requeue.ts";
export { default as result } from "./commands/result.ts";
export { default as run } from "./commands/run.ts";
export { default as stats } from "./commands/stats.ts";
export { default as status } from "./commands/status.ts";
export { default as submit } from "./commands/submit.ts";
export { default as wait } from "./commands/wait.ts";
export { default as worker } from "./commands/worker.ts";
export { default as workflow } from "./commands/workflow.ts";
