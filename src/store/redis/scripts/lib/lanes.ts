/** Which lanes a claim is about: a lane is a queue with a route and a kind. */

export const LANES = String.raw`
local function setOf(list)
  local set = {}
  for _, value in ipairs(list) do set[value] = true end
  return set
end

local function wantedLanes()
  local paused = setOf(call('SMEMBERS', P .. ':paused'))
  local queues = A.queues and setOf(A.queues)
  local lanes = {}
  for _, route in ipairs(A.routes) do
    local v = call('HGETALL', P .. ':route:' .. route)
    for i = 1, #v, 2 do
      local queue = v[i + 1]
      if not paused[queue] and (not queues or queues[queue]) then lanes[#lanes + 1] = v[i] end
    end
  end
  return lanes
end
`;
