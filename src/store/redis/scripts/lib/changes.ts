/** Answers of verbs that change single jobs. */

/** Two characters each, as `toChanges` in `ops/change.ts` reads them: the result, and the status before. */
export const CHANGES = String.raw`
local DONE, REQUESTED, REFUSED, MISSING = 'd', 'q', 'f', 'm'

local changes = {}

local function answer(id, result, status) changes[id] = result .. (status or '-') end

-- In the order in which they were asked for: from ARGV[3] on.
local function answers()
  local list = {}
  for i = 3, #ARGV do list[i - 2] = changes[ARGV[i]] end
  return commit(remember(table.concat(list)))
end

-- Changes each job once; change returns what came of it.
local function changeEach(order, change)
  for _, id in ipairs(order) do
    if not changes[id] then
      local j = load(id)
      local status = j and j.s
      if j then answer(id, change(j), status) else answer(id, MISSING) end
    end
  end
end
`;
