import { compose } from "./compose.ts";
import { JOBS } from "./pieces.ts";

/**
 * `ARGV[2]`: `{}`; from `ARGV[3]` on id, score (see `logScore`), head and bytes of each chunk. One that is stored already
 * is left alone; output of a job that is gone is dropped.
 */
export const APPEND_LOG_SCRIPT = compose(
  "append log",
  ...JOBS,
  String.raw`
local refused = guard('run')
if refused then return refused end

local exists = {}
for i = 3, #ARGV, 4 do
  local id, score = ARGV[i], ARGV[i + 1]
  if exists[id] == nil then exists[id] = call('EXISTS', P .. ':job:' .. id) == 1 end
  local key = P .. ':log:' .. id
  if exists[id] and call('ZCOUNT', key, score, score) == 0 then
    call('ZADD', key, score, ARGV[i + 2] .. ARGV[i + 3])
    changed = true
  end
end
return commit('')
`,
);
