import { compose } from "./compose.ts";
import { ATTEMPTS } from "./pieces.ts";

/** `ARGV[2]`: `{ now, request }`; from `ARGV[3]` on id, attempt, outcome, usage and detail of each: see `ops/end.ts`. */
export const FINISH_SCRIPT = compose(
  "finish",
  ...ATTEMPTS,
  String.raw`
local refused = guard('run')
if refused then return refused end
local answered = replay()
if answered then return answered end

local endings, accepted, seen = {}, {}, {}
for i = 3, #ARGV, 5 do
  local id = ARGV[i]
  local j = load(id)
  local isHeld = j and j.s == '3' and j.n == ARGV[i + 1] and not seen[id]
  if isHeld then
    seen[id] = true
    local status, follow = endAttempt(j, ARGV[i + 2], ARGV[i + 3], ARGV[i + 4])
    endings[#endings + 1] = { j, status, follow }
  end
  accepted[#accepted + 1] = isHeld and '1' or '0'
end
endJobs(endings)
-- Asked for last: what a batch ends may change the status of a job that it was refused for.
for i = 1, #accepted do
  local j = load(ARGV[5 * i - 2])
  accepted[i] = accepted[i] .. (j and j.s or '-')
end
trim(2 * #accepted + 10)
return commit(remember(table.concat(accepted)))
`,
);
