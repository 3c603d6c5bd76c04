/** What keeps schedules. */

export { advance } from "./advance.ts";
export { due } from "./due.ts";
export { firings } from "./firings.ts";
export { add, list, remove } from "./keep.ts";
