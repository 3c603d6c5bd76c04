/** What a store on PostgreSQL can do. Apart from the store, so that it can be told without loading that. */

import type { Capabilities } from "../../core/ports.ts";

export const CAPABILITIES: Capabilities = {
  durable: true,
  shared: true,
  remote: true,
  // As the server has it: GigQ takes nothing from that.
  synced: true,
  pushed: true,
  retention: false,
  backup: false,
  transfer: true,
};
