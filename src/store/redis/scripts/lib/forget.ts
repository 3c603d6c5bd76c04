/** Deleting final jobs with all that belongs to them. */

export const FORGET = String.raw`
-- Whether an unfinished job depends on it.
local function isNeeded(j)
  if not j.K then return false end
  for _, id in ipairs(call('HKEYS', P .. ':kids:' .. j.id)) do
    if call('HGET', P .. ':job:' .. id, 's') < '4' then return true end
  end
  return false
end

local function cutKids(j)
  if not j.K then return end
  for _, id in ipairs(call('HKEYS', P .. ':kids:' .. j.id)) do
    local child = load(id)
    local left = {}
    for parent, rule in child.u:gmatch('(%d+)(%a)') do
      if parent ~= j.id then left[#left + 1] = parent .. rule end
    end
    if #left == 0 then unset(child, 'u') else set(child, 'u', table.concat(left, ' ')) end
  end
end

local function leaveIndexes(j)
  for parent in (j.u or ''):gmatch('(%d+)%a') do call('HDEL', P .. ':kids:' .. parent, j.id) end
  if j.z then put('ZREM', P .. ':dead', j.id) end
  if j.g then call('SREM', P .. ':cause:' .. j.g .. ':jobs', j.id) end
  if j.N then put('ZREM', P .. ':names', j.N .. '\0' .. member(j.id)) end
  for _, tag in ipairs(j.T and cjson.decode(j.T) or {}) do
    put('ZREM', P .. ':tags', tag .. '\0' .. member(j.id))
  end
  if j.i and call('HGET', P .. ':keys', j.i) == j.id then call('HDEL', P .. ':keys', j.i) end
end

local function leavePage(id)
  local n = tonumber(id)
  local bit = n % 32768
  local at = fmt((n - bit) / 32768)
  local key = P .. ':ids:' .. at
  call('SETBIT', key, fmt(bit), '0')
  if call('BITCOUNT', key) == 0 then
    call('DEL', key)
    call('ZREM', P .. ':pages', at)
  end
end

local function forget(j)
  local id = j.id
  cutKids(j)
  leave(j)
  count(j.l, j.s, j.v, -1)
  leaveIndexes(j)
  leavePage(id)
  local own = {}
  for i, noun in ipairs({ 'job', 'payload', 'result', 'error', 'progress', 'attempts', 'saved', 'log', 'kids' }) do
    own[i] = P .. ':' .. noun .. ':' .. id
  end
  call('UNLINK', unpack(own))
  jobs[id] = false
  changed = true
end

-- Deletes some of the oldest final jobs beyond the limits. One that is needed is looked at again later.
local function trim(most)
  if not (HISTORY or RETAIN) then return end
  flush()
  local key = P .. ':ended'
  local excess = HISTORY and call('ZCARD', key) - HISTORY or 0
  local oldest = call('ZRANGE', key, '0', fmt(most - 1), 'WITHSCORES')
  for i = 1, #oldest, 2 do
    if excess <= 0 and not (RETAIN and tonumber(oldest[i + 1]) < now - RETAIN) then return end
    local j = load(oldest[i])
    if isNeeded(j) then
      call('ZADD', key, NOW, j.id)
    else
      forget(j)
      excess = excess - 1
    end
  end
end
`;
