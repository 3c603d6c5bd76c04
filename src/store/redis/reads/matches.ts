/** Whether one job is what a selector means. */

/** Everything is asked of every job, whatever index it was found in. */
export const MATCHES = String.raw`
local function setOf(list)
  local set = {}
  for _, value in ipairs(list) do set[value] = true end
  return set
end

local statuses = A.statuses and setOf(A.statuses)

-- Those lanes that belong to the queues and kinds.
local function lanesOf()
  if not (A.queues or A.kinds) then return nil end
  local queues, kinds = setOf(A.queues or {}), setOf(A.kinds or {})
  local lanes, found = call('HGETALL', P .. ':lanes'), {}
  for i = 1, #lanes, 2 do
    local lane = cjson.decode(lanes[i])
    if (not A.queues or queues[lane[1]]) and (not A.kinds or kinds[lane[3]]) then found[lanes[i + 1]] = true end
  end
  return found
end

local lanes = lanesOf()

-- The pieces of a pattern between its stars.
local function piecesOf(pattern)
  local pieces, from = {}, 1
  while true do
    local star = pattern:find('*', from, true)
    pieces[#pieces + 1] = pattern:sub(from, star and star - 1)
    if not star then return pieces end
    from = star + 1
  end
end

local pieces = A.name and piecesOf(A.name)

local function isNamed(name)
  if not name then return false end
  if #pieces == 1 then return name == A.name end
  local first, last = pieces[1], pieces[#pieces]
  if #name < #first + #last or name:sub(1, #first) ~= first then return false end
  if last ~= '' and name:sub(-#last) ~= last then return false end
  local from, till = #first + 1, #name - #last
  for i = 2, #pieces - 1 do
    if pieces[i] ~= '' then
      local start, stop = name:find(pieces[i], from, true)
      if not start or stop > till then return false end
      from = stop + 1
    end
  end
  return true
end

local function isTagged(tags)
  if not tags then return false end
  for _, tag in ipairs(cjson.decode(tags)) do
    if tag == A.tag then return true end
  end
  return false
end

local function matches(id)
  local v = call('HMGET', P .. ':job:' .. id, 's', 'l', 'N', 'T', 'v', 'g', 'z', 'e')
  if not v[1] then return false end
  if statuses and not statuses[v[1]] then return false end
  if lanes and not lanes[v[2]] then return false end
  if A.name and not isNamed(v[3]) then return false end
  if A.tag and not isTagged(v[4]) then return false end
  if A.workflow and v[5] ~= A.workflow then return false end
  if A.cause and v[6] ~= A.cause then return false end
  if A.dead ~= nil and A.dead ~= (v[7] == '1') then return false end
  if A.finishedBefore and not (v[8] and tonumber(v[8]) < A.finishedBefore) then return false end
  return true
end
`;
