/** What time alone changes: jobs whose time has come, and jobs whose time is over. */

/** So many jobs a claim: a larger crowd takes several claims, and none of them holds up the server for long. */
const MAX_AT_ONCE = 5_000;

export const DUE = String.raw`
-- Fails jobs that have not started by their deadline, whatever they wait for.
local function expire()
  local ids = call('ZRANGEBYSCORE', P .. ':startby', '-inf', '(' .. NOW, 'LIMIT', '0', '${MAX_AT_ONCE}')
  if #ids == 0 then return end
  local ends = {}
  for i = 1, #ids do
    local j = load(ids[i])
    set(j, 'r', 'expired')
    ends[i] = { j, '5' }
  end
  endAll(ends)
  flushBuffers()
end

local function promoteFrom(name, limit)
  local key = P .. ':later:' .. name
  local ids = call('ZRANGEBYSCORE', key, '-inf', NOW, 'LIMIT', '0', fmt(limit))
  for i = 1, #ids do move(load(ids[i]), '2') end
  flushBuffers()
  local first = call('ZRANGE', key, '0', '0', 'WITHSCORES')
  if first[2] then call('ZADD', P .. ':due', first[2], name) else call('ZREM', P .. ':due', name) end
  return #ids
end

-- Makes scheduled jobs ready, those that came due first before others.
local function promote()
  local limit = ${MAX_AT_ONCE}
  for _, name in ipairs(call('ZRANGEBYSCORE', P .. ':due', '-inf', NOW)) do
    if limit > 0 then limit = limit - promoteFrom(name, limit) end
  end
end
`;
