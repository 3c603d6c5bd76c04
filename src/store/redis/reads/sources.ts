/** Where a selector's jobs are looked for: the smallest index that holds all of them, walked in the order of ids. */

/**
 * A source tells its size and lists ids in order: at most `SCAN` of those after `A.after`. One that cannot list in that
 * order is collected and sorted, and no choice beyond `COLLECT` ids.
 */
export const SOURCES = String.raw`
local SCAN, COLLECT = 1000, 20000
local desc = A.order == 'desc'
local after = tonumber(A.after or '')

local function inOrder(ids)
  if desc then table.sort(ids, function(x, y) return tonumber(x) > tonumber(y) end)
  else table.sort(ids, function(x, y) return tonumber(x) < tonumber(y) end) end
  local kept = {}
  for _, id in ipairs(ids) do
    local n = tonumber(id)
    if not after or (desc and n < after) or (not desc and n > after) then kept[#kept + 1] = id end
    if #kept == SCAN then break end
  end
  return kept
end

local function byScore(key)
  if desc then
    return call('ZREVRANGEBYSCORE', key, after and '(' .. A.after or '+inf', '-inf', 'LIMIT', '0', SCAN)
  end
  return call('ZRANGEBYSCORE', key, after and '(' .. A.after or '-inf', '+inf', 'LIMIT', '0', SCAN)
end

local function strip(members)
  for i, m in ipairs(members) do members[i] = m:match('%d+$') end
  return members
end

-- The jobs of one name or tag: within it they are in order.
local function byText(key, text)
  local low, high = '[' .. text .. '\0', '[' .. text .. '\0\255'
  local cursor = after and '(' .. text .. '\0' .. string.char(96 + #A.after) .. A.after
  return {
    size = call('ZLEXCOUNT', key, low, high),
    list = function()
      if desc then return strip(call('ZREVRANGEBYLEX', key, cursor or high, low, 'LIMIT', '0', SCAN)) end
      return strip(call('ZRANGEBYLEX', key, cursor or low, high, 'LIMIT', '0', SCAN))
    end,
  }
end

local function byPattern(prefix)
  local key, low, high = P .. ':names', '[' .. prefix, '(' .. prefix .. '\255'
  return {
    size = call('ZLEXCOUNT', key, low, high),
    collected = true,
    list = function() return inOrder(strip(call('ZRANGEBYLEX', key, low, high))) end,
  }
end

local function byRun(run)
  local key = P .. ':run:' .. run .. ':jobs'
  local size = call('LLEN', key)
  -- How many ids of the list are not above the cursor, or below it when looking back.
  local function before()
    local low, high = 0, size
    while low < high do
      local middle = math.floor((low + high) / 2)
      local id = tonumber(call('LINDEX', key, middle))
      if id < after or (id == after and not desc) then low = middle + 1 else high = middle end
    end
    return low
  end
  return {
    size = size,
    list = function()
      if not desc then
        local first = after and before() or 0
        return call('LRANGE', key, first, first + SCAN - 1)
      end
      local last = after and before() or size
      if last == 0 then return {} end
      local ids = call('LRANGE', key, math.max(0, last - SCAN), last - 1)
      local reversed = {}
      for i = #ids, 1, -1 do reversed[#reversed + 1] = ids[i] end
      return reversed
    end,
  }
end

local function byCause(cause)
  local key = P .. ':cause:' .. cause .. ':jobs'
  return {
    size = call('SCARD', key),
    collected = true,
    list = function() return inOrder(call('SMEMBERS', key)) end,
  }
end

local function addAll(ids, more)
  for _, id in ipairs(more) do ids[#ids + 1] = id end
end

local function waiting(status)
  local ids = {}
  for _, lane in ipairs(call('HVALS', P .. ':lanes')) do
    if status == '2' then
      addAll(ids, strip(call('ZRANGE', P .. ':ready:' .. lane, '0', '-1')))
    else
      addAll(ids, call('ZRANGE', P .. ':later:' .. lane .. ':0', '0', '-1'))
      addAll(ids, call('ZRANGE', P .. ':later:' .. lane .. ':1', '0', '-1'))
    end
  end
  return ids
end

-- Completed jobs have no index: they are most of all.
local function byStatus(statuses)
  local size, collected = 0, false
  for _, status in ipairs(statuses) do
    if status == '4' then return nil end
    size = size + tonumber(call('HGET', P .. ':counts', status) or 0)
    collected = collected or (status >= '1' and status <= '3')
  end
  return {
    size = size,
    collected = collected,
    list = function()
      if #statuses == 1 and not collected then return byScore(P .. ':status:' .. statuses[1]) end
      local ids = {}
      for _, status in ipairs(statuses) do
        if status == '3' then addAll(ids, call('ZRANGE', P .. ':running', '0', '-1'))
        elseif status == '1' or status == '2' then addAll(ids, waiting(status))
        else addAll(ids, byScore(P .. ':status:' .. status)) end
      end
      return inOrder(ids)
    end,
  }
end

-- Adds the ids of one page, in order, as far as they lie within.
local function addPage(page, ids)
  local bytes = call('GET', P .. ':ids:' .. page) or ''
  local base = tonumber(page) * 32768
  local first, last, step = 0, #bytes - 1, 1
  if after and not desc then first = math.max(0, math.floor((after - base) / 8)) end
  if after and desc then last = math.min(last, math.floor((after - base) / 8)) end
  if desc then first, last, step = last, first, -1 end
  for k = first, last, step do
    local byte = bytes:byte(k + 1)
    if byte ~= 0 then
      for i = desc and 7 or 0, desc and 0 or 7, step do
        local id = base + k * 8 + i
        local within = not after or (desc and id < after) or (not desc and id > after)
        if within and bit.band(byte, bit.lshift(1, 7 - i)) ~= 0 then ids[#ids + 1] = fmt(id) end
      end
      if #ids >= SCAN then return end
    end
  end
end

local function everything()
  local size = 0
  for _, n in ipairs(call('HMGET', P .. ':counts', '0', '1', '2', '3', '4', '5', '6', '7')) do
    size = size + tonumber(n or 0)
  end
  return {
    size = size,
    list = function()
      local ids = {}
      local start = after and fmt(math.floor(after / 32768))
      local pages = desc and call('ZREVRANGEBYSCORE', P .. ':pages', start or '+inf', '-inf')
        or call('ZRANGEBYSCORE', P .. ':pages', start or '-inf', '+inf')
      for _, page in ipairs(pages) do
        addPage(page, ids)
        if #ids >= SCAN then break end
      end
      return ids
    end,
  }
end

local function smallest()
  local best = everything()
  local function offer(source)
    if not source or (source.collected and source.size > COLLECT) then return end
    if source.size < best.size then best = source end
  end
  if A.statuses then offer(byStatus(A.statuses)) end
  if A.dead == true then
    offer({ size = call('ZCARD', P .. ':dead'), list = function() return byScore(P .. ':dead') end })
  end
  if A.tag then offer(byText(P .. ':tags', A.tag)) end
  if A.name then
    local star = A.name:find('*', 1, true)
    if not star then offer(byText(P .. ':names', A.name))
    elseif star > 1 then offer(byPattern(A.name:sub(1, star - 1))) end
  end
  if A.workflow then offer(byRun(A.workflow)) end
  if A.cause then offer(byCause(A.cause)) end
  return best
end

-- Ids to look at, in order; the caller named them, or they are looked for.
local function candidates()
  if A.ids then return A.ids end
  return smallest().list()
end
`;
