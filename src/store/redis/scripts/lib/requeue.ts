/** How jobs that ended run once more. */

export const REQUEUE = String.raw`
local function keyIsTaken(j)
  local holder = j.i and holderOf(j.i)
  return holder and holder ~= j or false
end

-- Children that wait for other parents wait for this one again too.
local function reopenKids(j)
  local kids = kidsOf(j)
  for i = 1, #kids, 2 do
    local child = load(kids[i])
    if child.s == '0' then set(child, 'm', fmt(tonumber(child.m) + #kids[i + 1])) end
  end
end

-- All that a requeue changes but the status, the error and what the job waits for.
local function restart(j)
  reopenKids(j)
  if j.z then put('ZREM', P .. ':dead', j.id) end
  -- Whoever runs a job once more wants it run, though the time for its first start is over.
  unset(j, 'ryaferzx')
  call('DEL', P .. ':result:' .. j.id, P .. ':progress:' .. j.id)
  if A.fresh and j.k then
    call('DEL', P .. ':saved:' .. j.id)
    unset(j, 'k')
  end
  if j.i then call('HSET', P .. ':keys', j.i, j.id) end
  if j.v then call('HDEL', P .. ':run:' .. j.v, 'haltedAt') end
end

local function dueAt(j)
  local at = tonumber(j.R or NOW)
  return at > now and at or now
end

local function block(j, waiting)
  set(j, 'd', fmt(dueAt(j)))
  move(j, '0', 'm', fmt(waiting))
end

local function requeueOne(j)
  local open, isSatisfied = openEdges(j)
  if not isFinal(j) or not isSatisfied or keyIsTaken(j) then return false end
  if open == 0 then makeReady(j, dueAt(j)) else block(j, open) end
  restart(j)
  call('DEL', P .. ':error:' .. j.id)
  forgetCause(j)
  return true
end

-- Lets one job that failed wait for canaries; none of those may come after it.
local function holdOne(j, canaries, earlier)
  local open, isSatisfied = openEdges(j)
  local canWait = j.s == '5' and #canaries > 0 and not earlier[j.id]
  if not canWait or not isSatisfied or keyIsTaken(j) then return false end
  local reason = j.r
  block(j, open + #canaries)
  restart(j)
  set(j, 'h', reason)
  for _, canary in ipairs(canaries) do
    if not canary.H then set(canary, 'H', '1') end
    call('SADD', P .. ':canaries:' .. j.id, canary.id)
    call('SADD', P .. ':holds:' .. canary.id, j.id)
  end
  return true
end

-- The jobs that any of these comes after, directly or not, by edges or as one that is held.
local function above(list)
  local found, queue = {}, {}
  for i = 1, #list do queue[i] = list[i] end
  local at = 1
  while at <= #queue do
    local j = queue[at]
    local before = j.h and call('SMEMBERS', P .. ':canaries:' .. j.id) or {}
    for id in (j.u or ''):gmatch('(%d+)%a') do before[#before + 1] = id end
    for _, id in ipairs(before) do
      if not found[id] then
        found[id] = true
        queue[#queue + 1] = load(id)
      end
    end
    at = at + 1
  end
  return found
end
`;
