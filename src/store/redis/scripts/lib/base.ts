/** What every script begins with: names, the guard, answers that may be asked for again. */

import { REMEMBERED_MS } from "../../request.ts";

/**
 * `A` is the control of the call, which no user wrote a character of JSON in. Ids are text throughout: a number turned
 * into text by Lua itself loses digits.
 *
 * `guard(mode)` returns an error, or nothing. `run` is let through while the store is sealed, `claim` is told so.
 */
export const BASE = String.raw`
local P = KEYS[1]
local call = redis.call
local A = cjson.decode(ARGV[2])
local NOW = A.now
local now = tonumber(NOW)
local HISTORY, RETAIN
local changed = false
local RUNNING = P .. ':running'

local function fmt(n) return string.format('%.17g', n) end

local OPEN = '{"type":"open"}'

local function guard(mode)
  local v = call('HMGET', P .. ':meta', 'id', 'state', 'history', 'retain')
  if v[1] ~= ARGV[1] then return redis.error_reply('GIGQ_GONE ' .. (v[1] or '-')) end
  HISTORY, RETAIN = tonumber(v[3] or ''), tonumber(v[4] or '')
  if v[2] == OPEN then return nil end
  local state = cjson.decode(v[2])
  if state.type == 'open' or (state.type == 'sealed' and mode == 'run') then return nil end
  if state.type == 'sealed' and mode == 'claim' then return 'sealed' end
  if state.type == 'receiving' then return redis.error_reply('GIGQ_RECEIVING ' .. state.from) end
  return redis.error_reply('GIGQ_' .. state.type:upper() .. ' ' .. state.to)
end

-- A server without memory refuses a script at its first write, unless that is one that frees some. What is claimed, ends,
-- beats or goes shall be written even then, so that such a server can be worked off.
local function evenWhenFull() call('DEL', P .. ':full') end

-- The answer of an earlier run of the same call.
local function replay()
  return A.request and call('GET', P .. ':done:' .. A.request)
end

local function remember(answer)
  if A.request then call('SET', P .. ':done:' .. A.request, answer, 'PX', '${REMEMBERED_MS}') end
  return answer
end
`;
