/** Schedules and what became of their slots. */

import { BOUNDS } from "../../../../core/bounds.ts";

/** Entries are written as `entry.ts` says. */
export const SCHEDULE_LIB = String.raw`
-- Slot, status, job, run (empty for none) and the rest of an entry.
local function partsOf(entry) return entry:match('^(%-?%d+):(%l+):(%d*):(%d*):(.*)$') end

local function entryAt(id, slot)
  return call('ZRANGEBYSCORE', P .. ':firings:' .. id, slot, slot)[1]
end

-- Takes the place of what there is for its slot.
local function putEntry(id, entry)
  local slot, status = partsOf(entry)
  local key = P .. ':firings:' .. id
  call('ZREMRANGEBYSCORE', key, slot, slot)
  call('ZADD', key, slot, entry)
  for _, noun in ipairs({ 'started', 'queued' }) do
    local open = P .. ':' .. noun .. ':' .. id
    if status == noun then call('ZADD', open, slot, slot) else call('ZREM', open, slot) end
  end
end

-- To be called after entries were put.
local function noteOpen(id)
  local isOpen = call('EXISTS', P .. ':started:' .. id, P .. ':queued:' .. id) > 0
  call(isOpen and 'SADD' or 'SREM', P .. ':open', id)
end

-- Deletes the oldest entries that are not open, beyond the latest that are kept of those.
local function shorten(id)
  local key = P .. ':firings:' .. id
  local open = call('ZCARD', P .. ':started:' .. id) + call('ZCARD', P .. ':queued:' .. id)
  local excess, from = call('ZCARD', key) - open - ${BOUNDS.firings}, 0
  while excess > 0 do
    local oldest = call('ZRANGE', key, fmt(from), fmt(from + excess - 1))
    if #oldest == 0 then return end
    for _, entry in ipairs(oldest) do
      local _, status = partsOf(entry)
      if status == 'started' or status == 'queued' then
        from = from + 1
      else
        call('ZREM', key, entry)
        excess = excess - 1
      end
    end
  end
end

-- From here on the store is none for programs that know no schedules: they would move it without them.
local function nameSchedule(id, name)
  call('HSET', P .. ':schedules', name, id)
  if call('HGET', P .. ':meta', 'schema') == '1' then call('HSET', P .. ':meta', 'schema', '2') end
end

-- Deletes a schedule with its history; its jobs stay.
local function forgetSchedule(id, name)
  call('UNLINK', P .. ':schedule:' .. id, P .. ':firings:' .. id, P .. ':started:' .. id, P .. ':queued:' .. id)
  call('HDEL', P .. ':schedules', name)
  call('ZREM', P .. ':nextslots', id)
  call('SREM', P .. ':open', id)
end

-- fields: names and values in turn; without a time it is never due.
local function putSchedule(id, nextAt, fields)
  call('HSET', P .. ':schedule:' .. id, unpack(fields))
  if nextAt then call('ZADD', P .. ':nextslots', nextAt, id) else call('ZREM', P .. ':nextslots', id) end
end
`;
