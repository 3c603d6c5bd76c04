/** What a store in SQLite can do. Apart from the store, so that it can be told without loading that. */

import type { Capabilities } from "../../core/ports.ts";

/** In a file. */
export const CAPABILITIES: Capabilities = {
  durable: true,
  shared: true,
  remote: false,
  synced: true,
  pushed: false,
  retention: false,
  backup: true,
  transfer: true,
};

/** At `:memory:`. */
export const CAPABILITIES_IN_MEMORY: Capabilities = {
  ...CAPABILITIES,
  durable: false,
  shared: false,
  synced: false,
};
