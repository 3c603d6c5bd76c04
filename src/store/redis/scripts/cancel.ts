import { compose } from "./compose.ts";
import { CHANGES } from "./lib/changes.ts";
import { ENDS } from "./pieces.ts";

/** `ARGV[2]`: `{ now, request }`; from `ARGV[3]` on the ids. */
export const CANCEL_SCRIPT = compose(
  "cancel",
  ...ENDS,
  CHANGES,
  String.raw`
local refused = guard('change')
if refused then return refused end
local answered = replay()
if answered then return answered end

local asked, ends = {}, {}
for i = 3, #ARGV do asked[i - 2] = ARGV[i] end
changeEach(asked, function(j)
  if j.s == '3' then
    set(j, 'x', '1')
    changed = true
    return REQUESTED
  end
  if not isPending(j) then return REFUSED end
  ends[#ends + 1] = { j, '6' }
  return DONE
end)
-- In one step: a job that is asked for ends as cancelled, though a parent in the same batch would skip it.
endAll(ends)
return answers()
`,
);
