/** Storing jobs. What may be refused is looked at before anything is written, since nothing undoes a script. */

/**
 * A batch is `{ frames, run? }` and a list of its jobs, each a frame by its place and a payload. A frame is what jobs
 * have in common: see `toFrame` in `ops/frame.ts`.
 */
export const ENQUEUE = String.raw`
-- What a batch names and there is not: a job, or a run.
local function missing(batch)
  if type(batch.run) == 'string' and call('EXISTS', P .. ':run:' .. batch.run) == 0 then
    return { run = batch.run }
  end
  for _, frame in ipairs(batch.frames) do
    for _, edge in ipairs(frame.after or {}) do
      local id = edge:match('^%d+')
      if id and not load(id) then return { job = id } end
    end
  end
end

local function laneOf(frame)
  local lane = call('HGET', P .. ':lanes', frame.lane)
  if lane then return lane end
  lane = fmt(call('HINCRBY', P .. ':meta', 'lane', '1'))
  call('HSET', P .. ':lanes', frame.lane, lane)
  call('HSET', P .. ':lane:' .. lane, 'queue', frame.queue, 'route', frame.route, 'kind', frame.kind)
  call('HSET', P .. ':route:' .. frame.route, lane, frame.queue)
  return lane
end

local function policyOf(frame)
  local policy = call('HGET', P .. ':policyids', frame.policy)
  if policy then return policy end
  policy = fmt(call('HINCRBY', P .. ':meta', 'policy', '1'))
  call('HSET', P .. ':policyids', frame.policy, policy)
  call('HSET', P .. ':policies', policy, frame.policy)
  return policy
end

local function newRun(run)
  local id = fmt(call('HINCRBY', P .. ':meta', 'run', '1'))
  call('HSET', P .. ':run:' .. id, 'createdAt', NOW, unpack(run.fields))
  call('ZADD', P .. ':runs', id, id)
  call('RPUSH', P .. ':runname:' .. run.name, id)
  if run.key then call('RPUSH', P .. ':runkey:' .. run.key, id) end
  changed = true
  return id
end

-- The fields that all jobs of a frame begin with.
local function prepare(frame, run)
  local runAt = tonumber(frame.runAt or NOW)
  local isLater = runAt > now
  local due = isLater and frame.runAt or NOW
  frame.l, frame.isLater, frame.d = laneOf(frame), isLater, due
  local fields = { 'l', frame.l, 'p', frame.priority, 't', policyOf(frame), 'c', NOW, 'd', due }
  local function add(field, value)
    if value then
      fields[#fields + 1] = field
      fields[#fields + 1] = value
    end
  end
  add('v', run)
  add('R', isLater and frame.runAt)
  add('S', frame.step)
  add('N', frame.name)
  add('T', frame.tags)
  add('E', frame.expiresAt)
  add('y', frame.expiresAt)
  add('i', frame.key)
  add('j', frame.scope)
  frame.fields = fields
  frame.score = fmt(0 - tonumber(frame.priority))
end

-- The edges of a job in its own fields, and what they make of it.
local function edgesOf(frame, ids)
  local tokens, rules, parents = {}, {}, {}
  local open, broken = 0, false
  for i, edge in ipairs(frame.after) do
    local id, rule = edge:match('^(%d+)(%a)$')
    if not id then
      local index
      index, rule = edge:match('^#(%d+)(%a)$')
      id = ids[tonumber(index) + 1]
    end
    local parent = load(id)
    if not isFinal(parent) then open = open + 1
    elseif not satisfies(parent.s, rule) then broken = true end
    tokens[i] = id .. rule
    if not rules[id] then parents[#parents + 1] = id end
    rules[id] = (rules[id] or '') .. rule
  end
  return { text = table.concat(tokens, ' '), rules = rules, parents = parents, open = open, broken = broken }
end

local function addEdges(id, edges)
  for _, parent in ipairs(edges.parents) do
    local j = load(parent)
    if not j.K then set(j, 'K', '1') end
    call('HSET', P .. ':kids:' .. parent, id, edges.rules[parent])
  end
end

-- What of a job is kept outside of its own keys.
local function index(id, frame, status, run)
  count(frame.l, status, run, 1)
  if status == '2' and not run then
    put('ZADD', P .. ':ready:' .. frame.l, frame.score, member(id))
  else
    local j = { id = id, s = status, l = frame.l, p = frame.priority, v = run, d = frame.d, e = NOW }
    enter(j)
    if run then put('RPUSH', P .. ':run:' .. run .. ':jobs', id) end
  end
  if frame.expiresAt and status <= '2' then put('ZADD', P .. ':startby', frame.expiresAt, id) end
  if frame.name then put('ZADD', P .. ':names', '0', frame.name .. '\0' .. member(id)) end
  if frame.tags then
    for _, tag in ipairs(cjson.decode(frame.tags)) do
      put('ZADD', P .. ':tags', '0', tag .. '\0' .. member(id))
    end
  end
  if frame.key then call('HSET', P .. ':keys', frame.key, id) end
end

local page

local function insert(n, frame, payload, run, ids)
  local id = fmt(n)
  local status = frame.isLater and '1' or '2'
  if frame.after then
    local edges = edgesOf(frame, ids)
    if edges.broken then status = '7' elseif edges.open > 0 then status = '0' end
    call('HSET', P .. ':job:' .. id, 's', status, 'u', edges.text, unpack(frame.fields))
    if status == '0' then call('HSET', P .. ':job:' .. id, 'm', fmt(edges.open)) end
    if status == '7' then call('HSET', P .. ':job:' .. id, 'e', NOW) end
    addEdges(id, edges)
  else
    call('HSET', P .. ':job:' .. id, 's', status, unpack(frame.fields))
  end
  store(P .. ':payload:' .. id, payload)
  local bit = n % 32768
  local at = (n - bit) / 32768
  if page ~= at then
    page = at
    call('ZADD', P .. ':pages', fmt(at), fmt(at))
  end
  call('SETBIT', P .. ':ids:' .. fmt(at), fmt(bit), '1')
  index(id, frame, status, run)
  return id
end

-- Stores a batch of which nothing is missing. Returns the ids, and whether each job is new.
local function enqueue(batch, size, jobAt)
  local run = batch.run
  if type(run) == 'table' then run = newRun(run) end
  for _, frame in ipairs(batch.frames) do prepare(frame, run) end
  local next = call('HINCRBY', P .. ':meta', 'job', fmt(size)) - size
  local ids, created = {}, {}
  for i = 1, size do
    local at, payload = jobAt(i)
    local frame = batch.frames[at]
    local holder = frame.key and holderOf(frame.key)
    if holder then
      ids[i] = holder.id
    else
      next = next + 1
      ids[i] = insert(next, frame, payload, run, ids)
      created[i] = true
      changed = true
    end
  end
  call('HSET', P .. ':meta', 'job', fmt(next))
  return ids, created, run
end
`;
