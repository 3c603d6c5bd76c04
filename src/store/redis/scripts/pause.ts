import { compose } from "./compose.ts";
import { JOBS } from "./pieces.ts";

/** `ARGV[2]`: `{ queue, paused }`. */
export const PAUSE_SCRIPT = compose(
  "pause",
  ...JOBS,
  String.raw`
local refused = guard('change')
if refused then return refused end
call(A.paused and 'SADD' or 'SREM', P .. ':paused', A.queue)
changed = true
return commit('')
`,
);
