/** Writes to one key that are sent together. */

/**
 * `put` keeps the order of writes to one key; whoever reads such a key flushes first. Chunks stay well below the number
 * of values that Lua can unpack.
 */
export const BUFFER = String.raw`
local buffers = {}

local function send(key, b)
  buffers[key] = nil
  call(b.command, key, unpack(b, 1, b.n))
end

local function put(command, key, x, y)
  local b = buffers[key]
  if b and (b.command ~= command or b.n > 4000) then
    send(key, b)
    b = nil
  end
  if not b then
    b = { command = command, n = 0 }
    buffers[key] = b
  end
  local n = b.n + 1
  b[n] = x
  if y then
    n = n + 1
    b[n] = y
  end
  b.n = n
end

local values, size = {}, 0

-- Sets a string; nobody reads it before the end of the script.
local function store(key, value)
  values[size + 1], values[size + 2] = key, value
  size = size + 2
  if size >= 4000 then
    call('MSET', unpack(values, 1, size))
    size = 0
  end
end

local counted, ofRuns, ofCauses, soonest = {}, {}, {}, {}

local function add(groups, group, status, n)
  local counts = groups[group]
  if not counts then
    counts = {}
    groups[group] = counts
  end
  counts[status] = (counts[status] or 0) + n
end

local function count(lane, status, run, n)
  add(counted, lane, status, n)
  if run then add(ofRuns, run, status, n) end
end

local function flushRuns()
  for run, counts in pairs(ofRuns) do
    for status, n in pairs(counts) do
      if n ~= 0 then call('HINCRBY', P .. ':run:' .. run, 'c' .. status, fmt(n)) end
    end
  end
  ofRuns = {}
end

local function flushBuffers()
  for key, b in pairs(buffers) do call(b.command, key, unpack(b, 1, b.n)) end
  buffers = {}
  if size > 0 then
    call('MSET', unpack(values, 1, size))
    size = 0
  end
  for name, at in pairs(soonest) do call('ZADD', P .. ':due', 'LT', fmt(at), name) end
  soonest = {}
end

local function flush()
  flushBuffers()
  flushRuns()
  for lane, counts in pairs(counted) do
    for status, n in pairs(counts) do
      if n ~= 0 then
        call('HINCRBY', P .. ':counts', lane .. ':' .. status, fmt(n))
        call('HINCRBY', P .. ':counts', status, fmt(n))
      end
    end
  end
  counted = {}
  for cause, n in pairs(ofCauses) do
    if n ~= 0 then call('HINCRBY', P .. ':cause:' .. cause, 'failed', fmt(n)) end
  end
  ofCauses = {}
end

-- The last act of a script.
local function commit(answer)
  flush()
  if changed then call('XADD', P .. ':news', 'MAXLEN', '1', '*', 'n', '1') end
  return answer
end
`;
