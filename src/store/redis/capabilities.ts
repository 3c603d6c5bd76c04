/** What a store on Redis can do. Apart from the store, so that it can be told without loading that. */

import type { Capabilities } from "../../core/ports.ts";

export const CAPABILITIES: Capabilities = {
  durable: true,
  shared: true,
  remote: true,
  synced: false,
  pushed: true,
  retention: true,
  backup: false,
  transfer: true,
};
