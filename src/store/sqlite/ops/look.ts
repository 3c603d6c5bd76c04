/** What people look at. */

export { causes } from "./causes.ts";
export { attempts } from "./history.ts";
export { count, list } from "./list.ts";
export { stats, workflows } from "./overview.ts";
