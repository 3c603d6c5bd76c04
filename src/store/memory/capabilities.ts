/** What a store in memory can do. Apart from the store, so that it can be told without loading that. */

import type { Capabilities } from "../../core/ports.ts";

export const CAPABILITIES: Capabilities = {
  durable: false,
  shared: false,
  remote: false,
  synced: false,
  pushed: true,
  retention: false,
  backup: false,
  transfer: true,
};
