import { compose } from "./compose.ts";
import { JOBS } from "./pieces.ts";

/**
 * `ARGV[2]`: `{ now, leaseUntil }`; from `ARGV[3]` on for each beat id, attempt, process, progress, checkpoint (JSON, empty
 * for absent), the number of steps, and key and JSON of each step. Answers with a letter each: held, cancel, lost.
 */
export const HEARTBEAT_SCRIPT = compose(
  "heartbeat",
  ...JOBS,
  String.raw`
local refused = guard('run')
if refused then return refused end

local function report(j, progress)
  local key = P .. ':progress:' .. j.id
  if progress == 'null' then call('DEL', key) else call('SET', key, progress) end
  changed = true
end

local function save(j, checkpoint, from, steps)
  local key = P .. ':saved:' .. j.id
  if not j.k then
    set(j, 'k', '1')
    call('HSET', key, 'value', 'null')
  end
  call('HSET', key, 'attempt', j.n, 'at', NOW)
  if checkpoint ~= '' then call('HSET', key, 'value', checkpoint) end
  for i = from, from + 2 * steps - 2, 2 do call('HSET', key, 's:' .. ARGV[i], ARGV[i + 1]) end
end

local answer = {}
local i = 3
while i <= #ARGV do
  local j = load(ARGV[i])
  local process, progress, checkpoint, steps = ARGV[i + 2], ARGV[i + 3], ARGV[i + 4], tonumber(ARGV[i + 5])
  if j and j.s == '3' and j.n == ARGV[i + 1] then
    put('ZADD', RUNNING, A.leaseUntil, j.id)
    if process ~= '' then set(j, 'o', process) end
    if progress ~= '' then report(j, progress) end
    if checkpoint ~= '' or steps >= 0 then save(j, checkpoint, i + 6, steps) end
    answer[#answer + 1] = j.x and 'c' or 'h'
  else
    answer[#answer + 1] = 'l'
  end
  i = i + 6 + 2 * math.max(steps, 0)
end
return commit(table.concat(answer))
`,
);
