/** How one job changes status, with the indexes that depend on it. */

/** Statuses: 0 blocked, 1 scheduled, 2 ready, 3 running, 4 completed, 5 failed, 6 cancelled, 7 skipped. */
export const MOVE = String.raw`
local function waited(j) return j.n and '1' or '0' end

local function leave(j)
  local s = j.s
  if s == '3' then
    put('ZREM', RUNNING, j.id)
  elseif s == '2' then
    put('ZREM', P .. ':ready:' .. j.l, member(j.id))
    if j.v then put('ZREM', P .. ':run:' .. j.v .. ':ready', member(j.id)) end
  elseif s == '1' then
    put('ZREM', P .. ':later:' .. j.l .. ':' .. waited(j), j.id)
    if j.v then put('ZREM', P .. ':run:' .. j.v .. ':later:' .. waited(j), j.id) end
  elseif s ~= '4' then
    put('ZREM', P .. ':status:' .. s, j.id)
  end
  if s == '5' and j.g then ofCauses[j.g] = (ofCauses[j.g] or 0) - 1 end
  if s >= '4' and (HISTORY or RETAIN) then put('ZREM', P .. ':ended', j.id) end
end

local function enter(j)
  local s = j.s
  if s == '2' then
    local score = fmt(0 - tonumber(j.p))
    put('ZADD', P .. ':ready:' .. j.l, score, member(j.id))
    if j.v then put('ZADD', P .. ':run:' .. j.v .. ':ready', score, member(j.id)) end
  elseif s == '1' then
    local name = j.l .. ':' .. waited(j)
    local at = tonumber(j.d)
    put('ZADD', P .. ':later:' .. name, j.d, j.id)
    if not soonest[name] or at < soonest[name] then soonest[name] = at end
    if j.v then put('ZADD', P .. ':run:' .. j.v .. ':later:' .. waited(j), j.d, j.id) end
  elseif s ~= '4' and s ~= '3' then
    put('ZADD', P .. ':status:' .. s, j.id, j.id)
  end
  if s == '5' and j.g then ofCauses[j.g] = (ofCauses[j.g] or 0) + 1 end
  if s >= '4' and (HISTORY or RETAIN) then put('ZADD', P .. ':ended', j.e, j.id) end
end

-- Moves a job, and writes a field more of it.
local function move(j, to, field, value)
  leave(j)
  count(j.l, j.s, j.v, -1)
  j.s = to
  if field then
    j[field] = value
    call('HSET', P .. ':job:' .. j.id, 's', to, field, value)
  else
    call('HSET', P .. ':job:' .. j.id, 's', to)
  end
  count(j.l, to, j.v, 1)
  enter(j)
  changed = true
end

-- Ready, or scheduled when that time is still to come.
local function makeReady(j, at)
  if at > now then move(j, '1', 'd', fmt(at)) else move(j, '2', 'd', NOW) end
end

local function satisfies(status, rules)
  for i = 1, #rules do
    local rule = rules:sub(i, i)
    if (rule == 's' and status ~= '4') or (rule == 'f' and status ~= '5') then return false end
  end
  return true
end

-- What the edges of a job come to: how many are open, and whether all others are satisfied.
local function openEdges(j)
  local open = 0
  for id, rule in (j.u or ''):gmatch('(%d+)(%a)') do
    local parent = load(id)
    if not isFinal(parent) then
      open = open + 1
    elseif not satisfies(parent.s, rule) then
      return open, false
    end
  end
  return open, true
end
`;
