/** What an attempt is told of what was before it. */

export { checkpoints } from "./checkpoints.ts";
export { children, parents } from "./family.ts";
