import { compose } from "./compose.ts";
import { CLAIMED } from "./lib/claimed.ts";
import { JOBS } from "./pieces.ts";

/** `ARGV[2]`: `{ expiredBy?, host? }`. Answers with what `ops/leases.ts` calls rows. */
export const LEASES_SCRIPT = compose(
  "leases",
  ...JOBS,
  CLAIMED,
  String.raw`
local refused = guard('run')
if refused then return refused end

local function leaseRow(j, lease)
  return '[' .. j.id .. ',' .. j.n .. ',' .. (j.f or '0') .. ',' .. j.a .. ',' .. j.l .. ',' .. text(j.N) .. ',' .. j.t
    .. ',' .. lease .. ',' .. text(j.w) .. ',' .. (j.o or 'null') .. ']'
end

local function workerInfo(id) return call('HGET', P .. ':workers', id) or 'null' end

local list, rows, isHere = {}, {}, {}
for _, worker in ipairs(A.host and call('SMEMBERS', P .. ':host:' .. A.host) or {}) do isHere[worker] = true end
local expiredBy = tonumber(A.expiredBy or '-inf') or -math.huge
local latest = A.host and '+inf' or A.expiredBy or '-inf'
local running = call('ZRANGEBYSCORE', RUNNING, '-inf', latest, 'WITHSCORES')
for i = 1, #running, 2 do
  local j = load(running[i])
  if tonumber(running[i + 1]) <= expiredBy or isHere[j.w] then
    list[#list + 1] = j
    rows[#rows + 1] = leaseRow(j, running[i + 1])
  end
end
local infos, seen = {}, {}
for _, j in ipairs(list) do
  if not seen[j.w] then
    seen[j.w] = true
    infos[#infos + 1] = workerInfo(j.w)
  end
end
return '{"leases":[' .. table.concat(rows, ',') .. '],"lanes":' .. bookOf(list, 'l', laneText)
  .. ',"policies":' .. bookOf(list, 't', policyText) .. ',"workers":[' .. table.concat(infos, ',') .. ']}'
`,
);
