/** Which ready jobs come next: higher priority first, then lower id, over any number of lanes. */

export const PICK = String.raw`
local function withReady(lanes)
  if #lanes == 1 then return lanes end
  local filled = {}
  for _, lane in ipairs(lanes) do
    if call('EXISTS', P .. ':ready:' .. lane) == 1 then filled[#filled + 1] = lane end
  end
  return filled
end

local function readPage(cursor)
  local from = cursor.read
  cursor.page = call('ZRANGE', cursor.key, fmt(from), fmt(from + cursor.size - 1), 'WITHSCORES')
  cursor.read = from + #cursor.page / 2
  cursor.at = 1
end

local function head(cursor)
  if cursor.at > #cursor.page and #cursor.page == 2 * cursor.size then readPage(cursor) end
  return cursor.page[cursor.at], tonumber(cursor.page[cursor.at + 1] or '')
end

-- Enough of each lane for an even mixture; an uneven one reads another page.
local function merge(lanes, limit)
  local cursors, picked = {}, {}
  for i, lane in ipairs(lanes) do
    cursors[i] = { key = P .. ':ready:' .. lane, size = math.min(limit, math.ceil(2 * limit / #lanes)), read = 0 }
    readPage(cursors[i])
  end
  while #picked < limit do
    local best, bestId, bestScore
    for _, cursor in ipairs(cursors) do
      local id, score = head(cursor)
      if id and (not best or score < bestScore or (score == bestScore and id < bestId)) then
        best, bestId, bestScore = cursor, id, score
      end
    end
    if not best then break end
    best.at = best.at + 2
    picked[#picked + 1] = bestId:sub(2)
    put('ZREM', best.key, bestId)
  end
  return picked
end

-- Takes ready jobs out of their lanes.
local function fromLanes(lanes, limit)
  lanes = withReady(lanes)
  if #lanes == 0 or limit < 1 then return {} end
  if #lanes > 1 then return merge(lanes, limit) end
  local popped, picked = call('ZPOPMIN', P .. ':ready:' .. lanes[1], fmt(limit)), {}
  for i = 1, #popped, 2 do picked[#picked + 1] = popped[i]:sub(2) end
  return picked
end

-- The same among the jobs of one run.
local function fromRun(lanes, run, limit)
  local wanted, picked = setOf(lanes), {}
  local key = P .. ':run:' .. run .. ':ready'
  local from, size = 0, limit + 100
  while #picked < limit do
    local page = call('ZRANGE', key, fmt(from), fmt(from + size - 1))
    for i = 1, #page do
      local id = page[i]:sub(2)
      local lane = load(id).l
      if wanted[lane] and #picked < limit then
        picked[#picked + 1] = id
        put('ZREM', P .. ':ready:' .. lane, page[i])
      end
    end
    if #page < size then break end
    from = from + size
  end
  return picked
end

local function earliest(a, b)
  if not a then return b end
  return b and tonumber(b) < tonumber(a) and b or a
end

-- When the first scheduled job of any of these lanes becomes ready.
local function nextOf(lanes, waited)
  local at
  for _, lane in ipairs(lanes) do
    at = earliest(at, call('ZRANGE', P .. ':later:' .. lane .. ':' .. waited, '0', '0', 'WITHSCORES')[2])
  end
  return at
end

local function nextOfRun(lanes, run, waited)
  local wanted, from = setOf(lanes), 0
  while true do
    local page = call('ZRANGE', P .. ':run:' .. run .. ':later:' .. waited, fmt(from), fmt(from + 99), 'WITHSCORES')
    for i = 1, #page, 2 do
      if wanted[load(page[i]).l] then return page[i + 1] end
    end
    if #page < 200 then return nil end
    from = from + 100
  end
end

local function nextTimes(lanes)
  if call('EXISTS', P .. ':due') == 0 then return '"nextAt":null,"nextRetryAt":null' end
  local fresh, again
  if A.workflow then
    fresh, again = nextOfRun(lanes, A.workflow, '0'), nextOfRun(lanes, A.workflow, '1')
  else
    fresh, again = nextOf(lanes, '0'), nextOf(lanes, '1')
  end
  return '"nextAt":' .. (earliest(fresh, again) or 'null') .. ',"nextRetryAt":' .. (again or 'null')
end
`;
