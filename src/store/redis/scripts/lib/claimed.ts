/** What a worker is told of a job. */

export const CLAIMED = String.raw`
local function text(value) return value and cjson.encode(value) or 'null' end

-- See ClaimedRow in ops/claimed.ts.
local function rowOf(j, payload)
  return '[' .. j.id .. ',' .. j.n .. ',' .. (j.f or '0') .. ',' .. j.l .. ',' .. text(j.N) .. ',' .. j.p .. ',' .. j.t
    .. ',' .. j.c .. ',' .. j.d .. ',' .. j.b .. ',' .. j.a .. ',' .. (j.v or 'null') .. ',' .. text(j.S)
    .. ',' .. (j.u and '1' or '0') .. ',' .. (j.k and '1' or '0') .. ',' .. payload .. ']'
end

local function payloadsOf(list)
  local found = {}
  for from = 1, #list, 1000 do
    local keys = {}
    for i = from, math.min(from + 999, #list) do keys[#keys + 1] = P .. ':payload:' .. list[i].id end
    for _, payload in ipairs(call('MGET', unpack(keys))) do found[#found + 1] = payload end
  end
  return found
end

-- The distinct values of a field of jobs, each with what find says of it, as a JSON object.
local function bookOf(list, field, find)
  local seen, pairs = {}, {}
  for i = 1, #list do
    local id = list[i][field]
    if not seen[id] then
      seen[id] = true
      pairs[#pairs + 1] = '"' .. id .. '":' .. find(id)
    end
  end
  return '{' .. table.concat(pairs, ',') .. '}'
end

local function laneText(lane)
  local v = call('HMGET', P .. ':lane:' .. lane, 'queue', 'kind')
  return '[' .. cjson.encode(v[1]) .. ',' .. cjson.encode(v[2]) .. ']'
end

local function policyText(policy) return call('HGET', P .. ':policies', policy) end

local function claimedText(list)
  local payloads, rows = payloadsOf(list), {}
  for i = 1, #list do rows[i] = rowOf(list[i], payloads[i]) end
  return '"jobs":[' .. table.concat(rows, ',') .. '],"lanes":' .. bookOf(list, 'l', laneText)
    .. ',"policies":' .. bookOf(list, 't', policyText)
end
`;
