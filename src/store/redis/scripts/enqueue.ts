import { compose } from "./compose.ts";
import { STARTS } from "./pieces.ts";

/** `ARGV[2]`: see `Control` in `ops/enqueue.ts`; from `ARGV[3]` on a payload a job. */
export const ENQUEUE_SCRIPT = compose(
  "enqueue",
  ...STARTS,
  String.raw`
local refused = guard('change')
if refused then return refused end
local answered = replay()
if answered then return answered end
local none = missing(A)
if none then return cjson.encode({ missing = none }) end

-- Which frame each job has.
local run, left = 0, 0
local function jobAt(i)
  if left == 0 then
    run = run + 1
    left = A.runs[run][2]
  end
  left = left - 1
  return A.runs[run][1] + 1, ARGV[i + 2]
end

local size = #ARGV - 2
local ids, created, workflow = enqueue(A, size, jobAt)
local answer
for i = 1, size do
  if not created[i] then answer = '"ids":[' end
end
if answer then
  for i = 1, size do
    ids[i] = (created[i] and '' or '-') .. ids[i]
  end
  answer = answer .. table.concat(ids, ',') .. ']'
else
  answer = '"first":' .. (ids[1] or '0') .. ',"count":' .. fmt(size)
end
return commit(remember('{' .. answer .. ',"workflow":' .. (workflow or 'null') .. '}'))
`,
);
