/** How scripts begin that do not change jobs. */

import type { Script } from "../script.ts";
import { compose } from "../scripts/compose.ts";
import { BASE } from "../scripts/lib/base.ts";

/** A script that looks at the store that was opened: allowed while it is sealed, as running attempts are. */
export function reading(name: string, lua: string): Script {
  return { name, lua: `${BASE}\nlocal refused = guard('run')\nif refused then return refused end\n${lua}` };
}

/** A script that is let through in any state of the store that was opened. `pieces` begin with `BASE`. */
export function inAnyState(name: string, pieces: readonly string[], lua: string): Script {
  return compose(
    name,
    ...pieces,
    String.raw`
local meta = call('HMGET', P .. ':meta', 'id', 'state', 'history', 'retain')
if meta[1] ~= ARGV[1] then return redis.error_reply('GIGQ_GONE ' .. (meta[1] or '-')) end
HISTORY, RETAIN = tonumber(meta[3] or ''), tonumber(meta[4] or '')
`,
    lua,
  );
}
