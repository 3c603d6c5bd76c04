/** How one attempt ends: its record, and what becomes of its job. */

export const ATTEMPT = String.raw`
local workers = {}

-- Ids of workers are ours, but hosts have the names that people gave them.
local function workerText(id)
  local text = workers[id]
  if not text then
    text = cjson.encode(id)
    workers[id] = text
  end
  return text
end

local function record(j, outcome, usage, error, decision)
  local waited = tonumber(j.b) - tonumber(j.d)
  if waited < 0 then waited = 0 end
  local line = '[' .. j.n .. ',' .. workerText(j.w) .. ',"' .. outcome .. '",' .. j.b .. ',' .. NOW .. ',' .. fmt(waited)
  if error or decision then
    line = line .. ',' .. usage .. ',' .. (error or 'null')
    if decision then line = line .. ',' .. decision end
  elseif usage ~= '' then
    line = line .. ',' .. usage
  end
  call('APPEND', P .. ':attempts:' .. j.id, line .. ']\n')
end

local function noteError(j, detail)
  if detail.error then
    call('SET', P .. ':error:' .. j.id, detail.error)
  else
    call('DEL', P .. ':error:' .. j.id)
  end
  noteCause(j, detail.cause or {})
end

-- The status with which the job ends; one that runs again is moved at once.
local function become(j, type, detail)
  if type == 'ignored' then return '4' end
  if type == 'cancelled' then return '6' end
  if type == 'released' then return makeReady(j, now) end
  if type == 'snoozed' then
    if detail.pause then call('SADD', P .. ':paused', call('HGET', P .. ':lane:' .. j.l, 'queue')) end
    return makeReady(j, tonumber(detail.at))
  end
  set(j, 'f', fmt(tonumber(j.f or '0') + 1))
  if detail.at then return makeReady(j, tonumber(detail.at)) end
  set(j, 'r', detail.reason)
  if detail.dead then
    set(j, 'z', '1')
    put('ZADD', P .. ':dead', j.id, j.id)
  end
  return '5'
end

-- usage and detail: see toEnd in ops/end.ts
local function endAttempt(j, outcome, usage, detail)
  if j.o then unset(j, 'o') end
  if outcome == 'completed' then
    record(j, outcome, usage)
    if detail ~= '' then store(P .. ':result:' .. j.id, detail) end
    return '4'
  end
  detail = cjson.decode(detail)
  local type, decision = detail.type, detail.decision
  -- Whoever was asked to stop and did not complete, stopped.
  if j.x and type ~= 'ignored' then type, outcome, decision = 'cancelled', 'cancelled', nil end
  record(j, outcome, usage, detail.error, decision)
  if detail.error or (type ~= 'cancelled' and type ~= 'released') then noteError(j, detail) end
  return become(j, type, detail), type == 'failed' and detail.follow or nil
end

local function followUp(j, follow)
  follow.run = j.v
  enqueue(follow, #follow.payloads, function(i) return i, follow.payloads[i] end)
end

-- endings: a list of { job, status or nil, jobs to follow or nil }
local function endJobs(endings)
  local ends = {}
  for i = 1, #endings do
    if endings[i][2] then ends[#ends + 1] = endings[i] end
  end
  endAll(ends)
  for i = 1, #endings do
    if endings[i][3] then followUp(endings[i][1], endings[i][3]) end
  end
end
`;
