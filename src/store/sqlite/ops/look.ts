/** What people look at. */

export { attempts } from "./history.ts";
export { count, list } from "./list.ts";
export { stats, workflows } from "./overview.ts";
