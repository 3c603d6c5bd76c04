import { compose } from "./compose.ts";
import { ATTEMPTS } from "./pieces.ts";

/**
 * `ARGV[2]`: `{ now, request }`; from `ARGV[3]` on id, attempt, end of the lease as it was seen, and outcome, usage and
 * detail as for `finish`. Answers with the ids taken.
 */
export const RESCUE_SCRIPT = compose(
  "rescue",
  ...ATTEMPTS,
  String.raw`
local refused = guard('run')
if refused then return refused end
local answered = replay()
if answered then return answered end

local endings, taken, seen = {}, {}, {}
for i = 3, #ARGV, 6 do
  local id = ARGV[i]
  local j = load(id)
  if j and j.s == '3' and j.n == ARGV[i + 1] and not seen[id] then
    local lease = tonumber(call('ZSCORE', RUNNING, id) or '')
    if lease == tonumber(ARGV[i + 2]) then
      seen[id] = true
      local status, follow = endAttempt(j, ARGV[i + 3], ARGV[i + 4], ARGV[i + 5])
      endings[#endings + 1] = { j, status, follow }
      taken[#taken + 1] = id
    end
  end
end
endJobs(endings)
trim(2 * #taken + 10)
return commit(remember('[' .. table.concat(taken, ',') .. ']'))
`,
);
