/** All backends, side by side. */

import type { Capabilities } from "../core/ports.ts";
import { CAPABILITIES as memory } from "./memory/capabilities.ts";
import { CAPABILITIES as postgres } from "./postgres/capabilities.ts";
import { CAPABILITIES as redis } from "./redis/capabilities.ts";
import { CAPABILITIES as sqlite } from "./sqlite/capabilities.ts";

/** What each backend can do; `memory` is the store that tests bring, `sqlite` a file. */
export const BACKENDS: Readonly<Record<"memory" | "sqlite" | "postgres" | "redis", Capabilities>> = {
  memory,
  sqlite,
  postgres,
  redis,
};
