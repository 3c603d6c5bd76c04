/** Writing a page in one step. */

import { FORGET } from "../scripts/lib/forget.ts";
import { SCHEDULE_LIB } from "../scripts/lib/schedule.ts";
import { STARTS } from "../scripts/pieces.ts";
import { inAnyState } from "../reads/guard.ts";

/**
 * `ARGV[3]` is the state as it was seen, `ARGV[4]` the one after this page; then come five texts for each job of `A.jobs`
 * one for each chunk of `A.logs`, two for each schedule of `A.schedules` and one for each entry of `A.firings`. Answers 0 where the state is another.
 */
export const WRITE = inAnyState(
  "write",
  [...STARTS, FORGET, SCHEDULE_LIB],
  String.raw`
if meta[2] ~= ARGV[3] and meta[2] ~= ARGV[4] then return 0 end

local function writeRun(run)
  local key = P .. ':run:' .. run.id
  local isNew = call('EXISTS', key) == 0
  if not isNew then call('HDEL', key, 'key', 'source', 'maxFails', 'maxFailsPercent', 'haltedAt') end
  call('HSET', key, unpack(run.fields))
  if not isNew then return end
  call('ZADD', P .. ':runs', run.id, run.id)
  call('RPUSH', P .. ':runname:' .. run.name, run.id)
  if run.key then call('RPUSH', P .. ':runkey:' .. run.key, run.id) end
end

local function writeCause(cause)
  local key = P .. ':cause:' .. cause.id
  call('HDEL', key, 'mutedUntil')
  call('HSET', key, unpack(cause.fields))
  call('HSETNX', key, 'failed', '0')
  call('HSET', P .. ':causeids', cause.name, cause.id)
  call('ZADD', P .. ':causes', cause.key, cause.id)
end

local function writeOther(record)
  if record.type == 'run' then return writeRun(record) end
  if record.type == 'cause' then return writeCause(record) end
  if record.type == 'queue' then return call(record.paused and 'SADD' or 'SREM', P .. ':paused', record.queue) end
  call('HSET', P .. ':meta', 'job', record.job, 'run', record.run, 'cause', record.cause,
    'schedule', record.schedule)
end

-- What a job had when it was written before. Its output and its children are written later.
local function forgetEarlier(j)
  leave(j)
  count(j.l, j.s, j.v, -1)
  leaveIndexes(j)
  put('ZREM', P .. ':startby', j.id)
  for _, canary in ipairs(call('SMEMBERS', P .. ':canaries:' .. j.id)) do
    call('SREM', P .. ':holds:' .. canary, j.id)
  end
  local own = {}
  for i, noun in ipairs({ 'job', 'result', 'error', 'progress', 'attempts', 'saved', 'canaries' }) do
    own[i] = P .. ':' .. noun .. ':' .. j.id
  end
  call('DEL', unpack(own))
  flushBuffers()
end

local function addFamily(j, canaries)
  local rules = {}
  for parent, rule in (j.u or ''):gmatch('(%d+)(%a)') do
    rules[parent] = (rules[parent] or '') .. rule
    if call('EXISTS', P .. ':job:' .. parent) == 1 then call('HSET', P .. ':job:' .. parent, 'K', '1') end
  end
  for parent, letters in pairs(rules) do call('HSET', P .. ':kids:' .. parent, j.id, letters) end
  for _, canary in ipairs(canaries) do
    call('SADD', P .. ':canaries:' .. j.id, canary)
    call('SADD', P .. ':holds:' .. canary, j.id)
    if call('EXISTS', P .. ':job:' .. canary) == 1 then call('HSET', P .. ':job:' .. canary, 'H', '1') end
  end
end

local function addTexts(id, at)
  local nouns = { 'payload', 'result', 'error', 'progress', 'attempts' }
  for i, noun in ipairs(nouns) do
    if ARGV[at + i] ~= '' then call('SET', P .. ':' .. noun .. ':' .. id, ARGV[at + i]) end
  end
end

local function addIndexes(j, record)
  local n = tonumber(j.id)
  local bit = n % 32768
  local page = fmt((n - bit) / 32768)
  call('ZADD', P .. ':pages', page, page)
  call('SETBIT', P .. ':ids:' .. page, fmt(bit), '1')
  count(j.l, j.s, j.v, 1)
  enter(j)
  if j.y and isPending(j) then put('ZADD', P .. ':startby', j.y, j.id) end
  if j.z then put('ZADD', P .. ':dead', j.id, j.id) end
  if j.g then call('SADD', P .. ':cause:' .. j.g .. ':jobs', j.id) end
  if j.N then put('ZADD', P .. ':names', '0', j.N .. '\0' .. member(j.id)) end
  for _, tag in ipairs(record.tags) do put('ZADD', P .. ':tags', '0', tag .. '\0' .. member(j.id)) end
  if record.holdsKey then call('HSET', P .. ':keys', j.i, j.id) end
end

local function writeJob(record, at)
  local id = record.id
  local before = load(id)
  if before then forgetEarlier(before) end
  local j = { id = id, l = laneOf(record.lane), t = policyOf(record) }
  for i = 1, #record.fields, 2 do j[record.fields[i]] = record.fields[i + 1] end
  call('HSET', P .. ':job:' .. id, 'l', j.l, 't', j.t, unpack(record.fields))
  if call('EXISTS', P .. ':kids:' .. id) == 1 then call('HSET', P .. ':job:' .. id, 'K', '1') end
  if call('EXISTS', P .. ':holds:' .. id) == 1 then call('HSET', P .. ':job:' .. id, 'H', '1') end
  jobs[id] = nil
  addTexts(id, at)
  for i = 1, #record.saved, 2 do put('HSET', P .. ':saved:' .. id, record.saved[i], record.saved[i + 1]) end
  addFamily(j, record.canaries)
  addIndexes(j, record)
  if j.v and not (before and before.v == j.v) then call('RPUSH', P .. ':run:' .. j.v .. ':jobs', id) end
end

local function writeSchedule(record, definition, state)
  -- One that had the name when it was written before is gone by now.
  local earlier = call('HGET', P .. ':schedules', record.name)
  if earlier and earlier ~= record.id then forgetSchedule(earlier, record.name) end
  nameSchedule(record.id, record.name)
  putSchedule(record.id, record.nextAt, {
    'name', record.name, 'version', record.version, 'createdAt', record.createdAt,
    'definition', definition, 'state', state
  })
end

for _, record in ipairs(A.others) do writeOther(record) end
local at = 4
for _, record in ipairs(A.jobs) do
  writeJob(record, at)
  at = at + 5
end
for i, chunk in ipairs(A.logs) do
  if call('EXISTS', P .. ':job:' .. chunk[1]) == 1 then
    local key = P .. ':log:' .. chunk[1]
    call('ZREMRANGEBYSCORE', key, chunk[2], chunk[2])
    call('ZADD', key, chunk[2], ARGV[at + i])
  end
end
at = at + #A.logs
for _, record in ipairs(A.schedules) do
  writeSchedule(record, ARGV[at + 1], ARGV[at + 2])
  at = at + 2
end
local isOpen = {}
for i, id in ipairs(A.firings) do
  putEntry(id, ARGV[at + i])
  isOpen[id] = true
end
for id in pairs(isOpen) do noteOpen(id) end
call('HSET', P .. ':meta', 'state', ARGV[4])
changed = true
return commit(1)`,
);
