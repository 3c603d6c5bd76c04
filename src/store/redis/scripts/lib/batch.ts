/** A batch of jobs as it comes from outside, and what is said of it afterwards: see `ops/batch.ts`. */

export const BATCH = String.raw`
-- The frame and the payload of each job, which is asked for in its turn; payloads stand in ARGV from first on.
local function inTurn(batch, first)
  local run, left = 0, 0
  return function(i)
    if left == 0 then
      run = run + 1
      left = batch.runs[run][2]
    end
    left = left - 1
    return batch.runs[run][1] + 1, ARGV[first + i - 1]
  end
end

-- A bulk submit has ids in a row; else those of jobs that were there already are negative.
local function toAnswer(size, ids, created, workflow)
  local answer
  for i = 1, size do
    if not created[i] then answer = '"ids":[' end
  end
  if answer then
    local signed = {}
    for i = 1, size do signed[i] = (created[i] and '' or '-') .. ids[i] end
    answer = answer .. table.concat(signed, ',') .. ']'
  else
    answer = '"first":' .. (ids[1] or '0') .. ',"count":' .. fmt(size)
  end
  return '{' .. answer .. ',"workflow":' .. (workflow or 'null') .. '}'
end
`;
