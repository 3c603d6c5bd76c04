/** How every script that only looks begins. */

import type { Script } from "../script.ts";
import { BASE } from "../scripts/lib/base.ts";

/** A script that looks at the store that was opened: allowed while it is sealed, as running attempts are. */
export function reading(name: string, lua: string): Script {
  return { name, lua: `${BASE}\nlocal refused = guard('run')\nif refused then return refused end\n${lua}` };
}
