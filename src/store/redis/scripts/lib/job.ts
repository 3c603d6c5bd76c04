/** One job: read once a script, written through. */

export const JOB_LIB = String.raw`
local jobs = {}

local function load(id)
  local j = jobs[id]
  if j ~= nil then return j end
  local v = call('HGETALL', P .. ':job:' .. id)
  if #v == 0 then
    jobs[id] = false
    return false
  end
  j = { id = id }
  for i = 1, #v, 2 do j[v[i]] = v[i + 1] end
  jobs[id] = j
  return j
end

local function set(j, ...)
  for i = 1, select('#', ...), 2 do j[select(i, ...)] = select(i + 1, ...) end
  call('HSET', P .. ':job:' .. j.id, ...)
end

-- Deletes those of the fields that there are.
local function unset(j, fields)
  local found = {}
  for i = 1, #fields do
    local field = fields:sub(i, i)
    if j[field] then
      found[#found + 1] = field
      j[field] = nil
    end
  end
  if #found > 0 then call('HDEL', P .. ':job:' .. j.id, unpack(found)) end
end

local function isFinal(j) return j.s >= '4' end
local function isPending(j) return j.s <= '2' end

-- Sorts as text as ids do as numbers.
local function member(id) return string.char(96 + #id) .. id end
`;
