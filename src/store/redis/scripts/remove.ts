import { compose } from "./compose.ts";
import { CHANGES } from "./lib/changes.ts";
import { FORGET } from "./lib/forget.ts";
import { JOBS } from "./pieces.ts";

/** `ARGV[2]`: `{ request }`; from `ARGV[3]` on the ids. */
export const REMOVE_SCRIPT = compose(
  "remove",
  ...JOBS,
  FORGET,
  CHANGES,
  String.raw`
local refused = guard('change')
if refused then return refused end
local answered = replay()
if answered then return answered end

local asked = {}
for i = 3, #ARGV do asked[i - 2] = ARGV[i] end
changeEach(asked, function(j)
  if not isFinal(j) or isNeeded(j) then return REFUSED end
  forget(j)
  return DONE
end)
return answers()
`,
);
