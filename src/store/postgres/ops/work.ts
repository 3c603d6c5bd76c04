/** What workers do. */

export { claim } from "./claim.ts";
export { finish } from "./finish.ts";
export { heartbeat } from "./heartbeat.ts";
export { leases, rescue } from "./rescue.ts";
