/** Which job keeps others with the same key out. */

export const UNIQUE = String.raw`
local function holds(j)
  if j.j == '-2' then return true end
  if j.j == '-1' then return not isFinal(j) end
  return now < tonumber(j.c) + tonumber(j.j)
end

local function holderOf(key)
  local id = call('HGET', P .. ':keys', key)
  local j = id and load(id)
  return j and holds(j) and j or nil
end
`;
