/** How jobs end: in one step, with all that follows for those that wait for them and for their runs. */

export const SETTLE = String.raw`
-- A job that is held waits for no canary any more.
local function releaseFrom(j)
  if not j.h then return end
  for _, canary in ipairs(call('SMEMBERS', P .. ':canaries:' .. j.id)) do
    call('SREM', P .. ':holds:' .. canary, j.id)
  end
  call('DEL', P .. ':canaries:' .. j.id)
  unset(j, 'h')
end

local function finalise(j, to)
  if j.y and isPending(j) then put('ZREM', P .. ':startby', j.id) end
  move(j, to, 'e', NOW)
  if j.m then unset(j, 'm') end
  if to == '4' and j.k then
    call('DEL', P .. ':saved:' .. j.id)
    unset(j, 'k')
  end
  releaseFrom(j)
end

-- Failed once more, as it was before; without an attempt it was not started in time, and is no dead letter.
local function failAgain(j)
  set(j, 'r', j.h)
  if j.n then
    set(j, 'z', '1')
    put('ZADD', P .. ':dead', j.id, j.id)
  end
end

local function kidsOf(j)
  return j.K and call('HGETALL', P .. ':kids:' .. j.id) or {}
end

local halt

-- ends: a list of { job, status }
local function endAll(ends)
  local failed = {}
  local round = ends
  while #round > 0 do
    local ending, next, less = {}, {}, {}
    for i = 1, #round do
      local j, to = round[i][1], round[i][2]
      finalise(j, to)
      if to == '5' then failed[#failed + 1] = j end
    end
    for i = 1, #round do
      local canary = round[i][1]
      if canary.H then
        local held = call('SMEMBERS', P .. ':holds:' .. canary.id)
        call('DEL', P .. ':holds:' .. canary.id)
        for _, id in ipairs(held) do
          local j = load(id)
          if canary.s ~= '4' and not ending[id] then
            ending[id] = true
            failAgain(j)
            next[#next + 1] = { j, '5' }
          end
          call('SREM', P .. ':canaries:' .. id, canary.id)
          less[id] = (less[id] or 0) + 1
        end
      end
    end
    for i = 1, #round do
      local parent = round[i][1]
      local kids = kidsOf(parent)
      for k = 1, #kids, 2 do
        local id, rules = kids[k], kids[k + 1]
        local child = load(id)
        if child.s == '0' and not ending[id] then
          if satisfies(parent.s, rules) then
            less[id] = (less[id] or 0) + #rules
          else
            ending[id] = true
            next[#next + 1] = { child, '7' }
          end
        end
      end
    end
    for id, n in pairs(less) do
      local j = load(id)
      if j.s == '0' and not ending[id] then
        local waiting = tonumber(j.m) - n
        if waiting > 0 then
          set(j, 'm', fmt(waiting))
        else
          unset(j, 'm')
          if j.h then unset(j, 'h') end
          makeReady(j, tonumber(j.R or NOW))
        end
      end
    end
    round = next
  end
  halt(failed)
end

local function isHalting(run)
  local limit = call('HMGET', P .. ':run:' .. run, 'maxFails', 'maxFailsPercent', 'haltedAt')
  if limit[3] or not (limit[1] or limit[2]) then return false end
  flushRuns()
  local counts = call('HMGET', P .. ':run:' .. run, 'c0', 'c1', 'c2', 'c3', 'c4', 'c5', 'c6', 'c7')
  local failed, total = tonumber(counts[6] or 0), 0
  for i = 1, 8 do total = total + tonumber(counts[i] or 0) end
  if failed == 0 then return false end
  if limit[1] then return failed >= tonumber(limit[1]) end
  return failed * 100 >= tonumber(limit[2]) * total
end

-- Halts the runs of jobs that failed, where that is one too many.
halt = function(failed)
  local seen, runs, ends = {}, {}, {}
  for i = 1, #failed do
    local run = failed[i].v
    if run and not seen[run] then
      seen[run] = true
      if isHalting(run) then runs[#runs + 1] = run end
    end
  end
  for i = 1, #runs do
    call('HSET', P .. ':run:' .. runs[i], 'haltedAt', NOW)
    for _, id in ipairs(call('LRANGE', P .. ':run:' .. runs[i] .. ':jobs', '0', '-1')) do
      local j = load(id)
      if j and isPending(j) and not (j.u and j.u:find('[fx]')) then ends[#ends + 1] = { j, '6' } end
    end
  end
  if #ends > 0 then endAll(ends) end
end
`;
