import { compose } from "./compose.ts";
import { CHANGES } from "./lib/changes.ts";
import { JOBS } from "./pieces.ts";

/** `ARGV[2]`: `{ request }`; from `ARGV[3]` on the ids. */
export const DISMISS_SCRIPT = compose(
  "dismiss",
  ...JOBS,
  CHANGES,
  String.raw`
local refused = guard('change')
if refused then return refused end
local answered = replay()
if answered then return answered end

local asked = {}
for i = 3, #ARGV do asked[i - 2] = ARGV[i] end
changeEach(asked, function(j)
  if not j.z then return REFUSED end
  put('ZREM', P .. ':dead', j.id)
  unset(j, 'z')
  changed = true
  return DONE
end)
return answers()
`,
);
